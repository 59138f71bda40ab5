import Vault

/// Opens, makes and asks for the vault that the options name.
struct VaultOpening {
  private static let attempts = 3

  let session: Session
  let options: VaultOptions
  let talk: Talk
  let path: String

  init(_ session: Session, _ options: VaultOptions, _ talk: Talk) throws(VaultError) {
    self.session = session
    self.options = options
    self.talk = talk
    path = try options.path(in: session)
  }

  /// The vault, still sealed; nil where there is none.
  func sealed() throws(VaultError) -> SealedVault? {
    try SealedStore.sealedVault(at: path)
  }

  /// The open vault; nil where there is none.
  ///
  /// Asks on the terminal where nothing else is named.
  func open() throws(VaultError) -> SealedStore? {
    guard let vault = try sealed() else { return nil }
    if let source = try options.source(in: session) {
      return try open(vault, with: source)
    }
    return try openByAsking(vault)
  }

  /// The open vault, made with what the options or the person give where there is none.
  func openOrMake() throws(VaultError) -> SealedStore {
    if let store = try open() { return store }
    if let source = try options.source(in: session) {
      let secret = try SlotSecret(source, warn: talk.warning)
      talk.info("Making the vault \(path), opened by \(source.name)")
      return try SealedStore.make(path: path, with: secret)
    }
    return try makeByAsking()
  }

  /// Opens the vault with what can be had without asking; nil where nothing is named.
  func openWithoutAsking(_ vault: SealedVault) throws(VaultError) -> SealedStore? {
    guard let source = try options.source(in: session) else { return nil }
    return try open(vault, with: source)
  }

  private func open(
    _ vault: SealedVault, with source: KeySource
  ) throws(VaultError) -> SealedStore {
    talk.verbose("Opening \(path) by \(source.name)")
    let secret = try SlotSecret(source, warn: talk.warning)
    guard let store = try SealedStore.open(vault, path: path, with: secret) else {
      throw VaultError(.refused, "\(source.name) does not open the vault \(path)")
    }
    return store
  }

  private func openByAsking(_ vault: SealedVault) throws(VaultError) -> SealedStore {
    guard vault.canTakePassphrase, let terminal = try? Terminal(path: session.terminalPath) else {
      throw locked()
    }
    for _ in 0..<Self.attempts {
      let secret = try SlotSecret(
        passphrase: try terminal.ask(
          "Passphrase of the vault \(path): ", isHidden: true,
          limit: SlotSecret.longestPassphrase))
      if let store = try SealedStore.open(vault, path: path, with: secret) { return store }
      talk.warning("That is not the passphrase of \(path)")
    }
    throw VaultError(
      .refused, "\(Self.attempts) wrong passphrases for the vault \(path): nothing was opened")
  }

  /// What to say where the vault is there and nothing opens it.
  func locked() -> VaultError {
    VaultError(
      .unavailable,
      "the vault \(path) is locked, and there is no terminal to ask for its passphrase: name a key "
        + "by --key-file, --passphrase-file, VAULT_KEY_FILE or VAULT_PASSPHRASE_FILE")
  }

  /// Makes a vault with a passphrase that is typed twice.
  func makeByAsking() throws(VaultError) -> SealedStore {
    let terminal: Terminal
    do throws(VaultError) {
      terminal = try Terminal(path: session.terminalPath)
    } catch {
      throw VaultError(
        .configuration,
        "there is no vault yet, and \(error.message) for a passphrase: run  "
          + "\(session.programName) init --key-file FILE  or  --passphrase-file FILE  first")
    }
    talk.info("Making the vault \(path): choose a passphrase for it")
    talk.warning("A lost passphrase cannot be restored: without it the vault stays shut")
    let first = try terminal.ask(
      "New passphrase for the vault \(path): ", isHidden: true,
      limit: SlotSecret.longestPassphrase)
    guard !first.isEmpty else { throw VaultError(.invalidInput, "the passphrase is empty") }
    let second = try terminal.ask(
      "Repeat the passphrase: ", isHidden: true, limit: SlotSecret.longestPassphrase)
    guard first.isEqual(to: second) else {
      throw VaultError(.refused, "the two passphrases differ: no vault was made")
    }
    return try SealedStore.make(path: path, with: try SlotSecret(passphrase: first))
  }
}
