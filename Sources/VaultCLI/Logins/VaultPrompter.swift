import Glibc
import SealedFormat
import Vault

/// Opens and makes the vault that the options name, and prompts on the terminal if nothing else opens it.
struct VaultPrompter {
  private static let attempts = 3

  let session: Session
  let console: Console
  let access: VaultAccess

  /// Whether somebody said which vault is meant, who may have mistyped it.
  private let isNamed: Bool
  /// Whether a passphrase that was accepted is not asked for again for a while.
  let keepsUnlocked: Bool

  init(
    _ session: Session, _ options: VaultOptions, _ console: Console, keepsUnlocked: Bool = true,
    leavesMark: Bool = true, asksKeyring: Bool = true
  ) throws(VaultError) {
    self.session = session
    self.console = console
    self.keepsUnlocked = keepsUnlocked
    access = try options.access(in: session, leavesMark: leavesMark, asksKeyring: asksKeyring)
    isNamed = options.file != nil || session.environment["VAULT_FILE"] != nil
  }

  var path: String { access.path }

  /// Reads the vault file and opens it; nil if there is none.
  func open() throws(VaultError) -> VaultStore? {
    guard let vault = try access.read(checksDigest: false) else {
      if isNamed { console.warning("There is no vault at \(path)") }
      return nil
    }
    return try open(vault)
  }

  /// Opens the vault that was read.
  func open(_ vault: SealedVault) throws(VaultError) -> VaultStore {
    console.verbose(
      "Opening \(path) \(access.source.map { "by \($0.name)" } ?? "as it is unlocked")")
    if let store = try access.openWithoutAsking(vault, warn: console.warning) { return store }
    return try openByAsking(vault)
  }

  /// Reads the vault file and opens it.
  ///
  /// - Throws: `notFound` if there is none.
  func openExisting() throws(VaultError) -> VaultStore {
    if let store = try open() { return store }
    throw missing()
  }

  /// Reads the vault file and opens it, or makes it if there is none.
  func openOrMake() throws(VaultError) -> VaultStore {
    guard let vault = try access.read() else { return try make() }
    return try open(vault)
  }

  /// Makes the vault with what the options or the user give.
  func make() throws(VaultError) -> VaultStore {
    guard let source = access.source else { return try makeByAsking() }
    let secret = try SlotSecret(source, warn: console.warning)
    console.info("Making the vault \(path), opened by \(source.name)")
    return try access.make(with: secret)
  }

  /// What to say if there is no vault.
  func missing() -> VaultError {
    VaultError(
      .notFound,
      "there is no vault at \(path): the first login makes one, or '\(session.programName) init'")
  }

  /// What to say if nothing opens the vault.
  func locked() -> VaultError {
    VaultError(
      .unavailable,
      "the vault \(path) is locked: run '\(session.programName) unlock' on a terminal if it has a "
        + "passphrase, or name a key by --key-file, --passphrase-file, VAULT_KEY_FILE or "
        + "VAULT_PASSPHRASE_FILE")
  }

  private func openByAsking(_ vault: SealedVault) throws(VaultError) -> VaultStore {
    guard vault.canTakePassphrase, let terminal = try? Terminal(path: session.terminalPath) else {
      throw locked()
    }
    for _ in 0..<Self.attempts {
      let secret = try SlotSecret(
        passphrase: try terminal.ask(
          "Passphrase of the vault \(path): ", isHidden: true,
          limit: SlotSecret.longestPassphrase))
      if let store = try access.open(vault, with: secret) {
        keepUnlocked(store)
        return store
      }
      console.warning("That is not the passphrase of \(path)")
    }
    throw VaultError(
      .refused, "\(Self.attempts) wrong passphrases for the vault \(path): nothing was opened")
  }

  /// Spares the person the next question, where the kernel lets us.
  private func keepUnlocked(_ store: VaultStore) {
    guard keepsUnlocked else { return }
    do throws(VaultError) {
      let timeout = access.settings.unlockTimeout
      try store.unlock(timeout: timeout)
      console.info("The vault stays unlocked until \(session.clockTime(after: timeout))")
    } catch {
      console.warning("The next command will ask again: \(error.words(session.programName))")
    }
  }

  /// Makes a vault with a passphrase that is typed twice.
  func makeByAsking() throws(VaultError) -> VaultStore {
    guard (try? Terminal(path: session.terminalPath)) != nil else {
      throw VaultError(
        .configuration,
        "there is no vault yet, and no terminal to ask for a passphrase on: run "
          + "'\(session.programName) init --key-file FILE' or '--passphrase-file FILE' first")
    }
    console.info("Making the vault \(path): choose a passphrase for it")
    console.warning(
      "A lost passphrase cannot be restored. Add a second way in with "
        + "'\(session.programName) slot add'")
    let store = try access.make(with: try newPassphrase())
    keepUnlocked(store)
    return store
  }

  /// Makes a vault that the desktop keyring opens.
  ///
  /// - Parameter hasRecovery: Whether something else opens it too: a keyring that is reset must not cost
  ///   the vault.
  /// - Returns: The open vault.
  /// - Throws: What the keyring throws, before anything is made.
  func makeWithKeyring(hasRecovery: Bool) throws(VaultError) -> VaultStore {
    try access.keyring.checkTakesItems()
    guard hasRecovery else {
      console.warning(
        "If the desktop keyring is reset, or its password is lost, so is the vault. Add another way "
          + "in with '\(session.programName) slot add'")
      return try access.make(with: try SlotSecret.forKeyring())
    }
    let store = try make()
    let slot = try store.addSlot(try SlotSecret.forKeyring(), keyring: access.keyring)
    console.info("The desktop keyring opens the vault from now on (slot \(slot.name))")
    return store
  }

  /// A passphrase that is typed twice.
  func newPassphrase() throws(VaultError) -> SlotSecret {
    let terminal = try Terminal(path: session.terminalPath)
    let first = try terminal.ask(
      "New passphrase for the vault \(path): ", isHidden: true,
      limit: SlotSecret.longestPassphrase)
    guard !first.isEmpty else { throw VaultError(.invalidInput, "the passphrase is empty") }
    let second = try terminal.ask(
      "Repeat the passphrase: ", isHidden: true, limit: SlotSecret.longestPassphrase)
    guard first.isEqual(to: second) else {
      throw VaultError(.refused, "the two passphrases differ: nothing was changed")
    }
    return try SlotSecret(passphrase: first)
  }

  /// The key of a key file, which is made if it is not there.
  func keyFileSecret(_ path: String) throws(VaultError) -> SlotSecret {
    if Self.isBeside(path, vault: self.path) {
      console.warning(
        "The key file lies beside the vault: whoever copies the folder can open the vault. Keep "
          + "them apart, and out of the same backup")
    }
    guard !Path.exists(path) else {
      return try SlotSecret(.keyFile(path), warn: console.warning)
    }
    let secret = try SlotSecret(makingKeyFile: path)
    console.info("Made the key file \(path)")
    return secret
  }

  /// Whether a file lies in the folder of a vault.
  static func isBeside(_ path: String, vault: String) -> Bool {
    folder(of: path) == folder(of: vault)
  }

  /// The folder of a file, with its links and dots resolved where it is there.
  private static func folder(of path: String) -> String {
    let folder = Path.folder(of: path) ?? "."
    return Path.resolved(folder) ?? folder
  }

  /// Has the desktop keyring forget the key of a slot that is gone, as far as it can be reached.
  func forgetKey(of slot: Slot, _ store: VaultStore) {
    do throws(VaultError) { try store.forgetKey(of: slot, in: access.keyring) } catch {
      console.warning(
        "The desktop keyring still holds the key of slot \(slot.name): "
          + error.words(session.programName))
    }
  }

  /// Says what no change of slots or keys can do.
  func warnOfCopies() {
    console.warning(
      "Copies of the vault that were made before still open as they did: if one may be in wrong "
        + "hands, change the tokens at their registries")
  }
}
