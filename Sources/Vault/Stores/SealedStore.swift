/// The sealed file as a store, opened with its key.
///
/// What is listed and found is as it was when the file was opened; each change is made to what the
/// file holds at that moment, so that no other writer's change is lost.
public struct SealedStore: CredentialStore, ~Copyable {
  private let file: DurableFile
  private var vault: OpenVault

  private init(file: DurableFile, vault: consuming OpenVault) {
    self.file = file
    self.vault = vault
  }

  /// The vault at a path, still sealed, or nil where there is none.
  ///
  /// - Parameter path: An absolute path.
  /// - Returns: What can be known of it without a key.
  /// - Throws: `damaged`, or `configuration` for an unknown version or an unsafe file or folder.
  public static func sealedVault(at path: String) throws(VaultError) -> SealedVault? {
    guard let bytes = try durableFile(path).read() else { return nil }
    return try SealedVault(bytes, path: path)
  }

  /// Opens a vault.
  ///
  /// - Parameters:
  ///   - vault: The vault as read from `path`.
  ///   - path: An absolute path.
  ///   - secret: A passphrase or key file.
  /// - Returns: The store, or nil where the secret fits no slot.
  /// - Throws: `damaged` for what no holder of the key has written, `unavailable` where there is not
  ///   the memory to try.
  public static func open(
    _ vault: SealedVault, path: String, with secret: borrowing SlotSecret
  ) throws(VaultError) -> SealedStore? {
    guard
      let key = try vault.unlock(with: secret, machineMemory: MachineMemory.available())
    else { return nil }
    return SealedStore(
      file: durableFile(path), vault: try OpenVault(vault, key: key, path: path))
  }

  /// Makes an empty vault, or opens the one that somebody else has just made with the same secret.
  ///
  /// - Parameters:
  ///   - path: An absolute path; missing folders are made.
  ///   - secret: What opens it from now on.
  ///   - derivation: The cost of a passphrase; nil has it measured.
  /// - Returns: The open store.
  /// - Throws: `cannotCreate` or `inputOutput` where it cannot be written; `refused` where there is a
  ///   vault by now that the secret does not open.
  package static func make(
    path: String, with secret: borrowing SlotSecret, derivation: PassphraseDerivation? = nil
  ) throws(VaultError) -> SealedStore {
    var vault = try OpenVault.make(for: secret, derivation: derivation)
    let file = durableFile(path)
    let update = try file.beginUpdate()
    if let bytes = try update.read() {
      guard let store = try open(try SealedVault(bytes, path: path), path: path, with: secret)
      else { throw VaultError(.refused, "\(path) has just been made with another key") }
      return store
    }
    let bytes = try vault.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    return SealedStore(file: file, vault: vault)
  }

  /// As the other, with the cost of a passphrase measured on this machine.
  ///
  /// - Parameters:
  ///   - path: An absolute path; missing folders are made.
  ///   - secret: What opens it from now on.
  /// - Returns: The open store.
  /// - Throws: As the other.
  public static func make(
    path: String, with secret: borrowing SlotSecret
  ) throws(VaultError) -> SealedStore {
    try make(path: path, with: secret, derivation: nil)
  }

  private static func durableFile(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .vault, limit: SealedVault.longestFile)
  }

  // MARK: CredentialStore

  /// Everything that is kept, in the order in which it was first put there; opens no secret.
  ///
  /// - Returns: The records.
  public borrowing func list() -> [CredentialRecord] { vault.entries.map(\.record) }

  /// The credential with the longest scope that covers `scope`, or nil.
  ///
  /// - Parameter scope: What is asked for.
  /// - Returns: The credential with its secret.
  /// - Throws: `damaged` where the secret does not open.
  public borrowing func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    guard let record = list().closest(to: scope),
      let entry = vault.entries.first(where: { $0.record.key == record.key })
    else { return nil }
    return Credential(record: record, secret: try vault.secret(of: entry))
  }

  /// Keeps a credential, durably, in the place of one for the same scope.
  ///
  /// - Parameter credential: What to keep; its spellings are added to those already there.
  /// - Throws: What `change` throws, or `invalidInput` for a secret that is too long.
  public mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    let update = try file.beginUpdate()
    var fresh = try reread(update)
    try fresh.put(credential)
    let bytes = try fresh.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    vault = fresh
  }

  /// Removes the credential of exactly this scope.
  ///
  /// - Parameter scope: Whose credential.
  /// - Returns: Whether there was one; where there was none nothing is written.
  /// - Throws: `rolledBack` where the vault is gone or has another key, `unavailable` where others
  ///   keep it locked, `inputOutput` where it cannot be written.
  public mutating func remove(_ scope: RegistryScope) throws(VaultError) -> Bool {
    let update = try file.beginUpdate()
    var fresh = try reread(update)
    guard fresh.remove(.registry(scope)) else { return false }
    let bytes = try fresh.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    vault = fresh
    return true
  }

  /// What the file holds now, under the lock.
  private borrowing func reread(_ update: borrowing FileUpdate) throws(VaultError) -> OpenVault {
    guard let bytes = try update.read() else {
      throw VaultError(
        .rolledBack, "\(file.path) is gone: put back a copy from a backup, then try again")
    }
    return try OpenVault(
      try SealedVault(bytes, path: file.path), key: try vault.copyOfKey(), path: file.path)
  }
}
