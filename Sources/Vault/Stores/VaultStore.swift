package import SealedFormat

/// The vault file, opened with its key.
///
/// Logins are listed and found as they were when the file was opened. Each change is made to what the file
/// holds at that moment, so no other writer's change is lost.
package final class VaultStore {
  let file: DurableFile
  var vault: OpenVault {
    didSet { decoded = nil }
  }
  /// The contents of the vault, once they were asked for.
  private var decoded: VaultContents?
  private var mark: RollbackMark?

  /// The absolute path of the file.
  package var place: String { file.path }

  /// The random number by which the vault is told from all others.
  package var identifier: [UInt8] { vault.identifier }

  /// Opens the index of a vault.
  init(
    path: String, _ locked: SealedVault, key: consuming VaultKey, mark: RollbackMark?
  ) throws(VaultError) {
    let vault = try OpenVault(locked, key: key, path: path)
    try mark?.check(vault.observation)
    file = Self.durableFile(path)
    self.vault = vault
    self.mark = mark
    noteState()
  }

  /// A vault that has just been written.
  init(path: String, written vault: consuming OpenVault, mark: RollbackMark?) {
    file = Self.durableFile(path)
    self.vault = vault
    self.mark = mark
    noteState()
  }

  /// The locked vault at a path, or nil if there is none.
  static func read(_ path: String) throws(VaultError) -> SealedVault? {
    guard let bytes = try durableFile(path).read() else { return nil }
    return try SealedVault(bytes, path: path)
  }

  static func durableFile(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .vault, limit: SealedVault.longestFile)
  }

  // MARK: Logins

  /// All credentials, ordered by what they are for; opens no secret.
  package func list() throws(VaultError) -> [CredentialRecord] { try contents().logins }

  /// What is kept, with the number of records that only a newer version knows.
  package func contents() throws(VaultError) -> VaultContents {
    if let decoded { return decoded }
    do throws(VaultError) {
      let contents = try vault.contents
      decoded = contents
      return contents
    } catch { throw error.about(file.path) }
  }

  /// Everything that is kept, what undoes migrations included; opens no secret.
  package var records: [CredentialRecord] { get throws(VaultError) { try contents().records } }

  /// The credential with the longest scope that covers `scope`.
  func findClosest(to scope: RegistryScope) throws(VaultError) -> Credential? {
    do throws(VaultError) { return try vault.find(closestTo: scope) } catch {
      throw error.about(file.path)
    }
  }

  /// The credential with exactly this key.
  ///
  /// - Throws: `damaged` if the secret does not open.
  package func find(_ key: CredentialRecord.Key) throws(VaultError) -> Credential? {
    do throws(VaultError) { return try vault.find(key) } catch { throw error.about(file.path) }
  }

  /// Keeps a credential, durably, in place of the one with the same key.
  ///
  /// Its spellings are added to those already there.
  ///
  /// - Throws: What `change` throws, or `invalidInput` for a secret that is empty or too long.
  package func put(_ credential: borrowing Credential) throws(VaultError) {
    guard !credential.secret.isEmpty else { throw VaultError.secretIsEmpty }
    try change { (vault) throws(VaultError) in
      do throws(VaultError) { try vault.put(credential) } catch { throw error.about(file.path) }
      return true
    }
  }

  /// Removes the credential with exactly this key.
  ///
  /// Returns whether there was one; if not, nothing is written.
  package func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    var isRemoved = false
    try change { (vault) throws(VaultError) in
      isRemoved = try vault.remove(key)
      return isRemoved
    }
    return isRemoved
  }

  /// Records what registries said about logins, in one write; nil leaves the value that is there.
  ///
  /// A login that was changed or removed since this store was opened stays as it is.
  package func note(
    _ observations: [CredentialRecord.Key: (verified: Int64?, expires: Int64?)]
  ) throws(VaultError) {
    var asked: [CredentialRecord.Key: [UInt8]] = [:]
    for key in observations.keys { asked[key] = try vault.secretIdentifier(of: key) }
    try change { (vault) throws(VaultError) in
      var isChanged = false
      for (key, observation) in observations {
        guard let identifier = asked[key] else { continue }
        isChanged = try vault.note(observation, of: key, identifier) || isChanged
      }
      return isChanged
    }
  }

  // MARK: Unlocking

  /// Keeps the vault open for later commands of this user, until the timeout.
  ///
  /// - Throws: `unavailable` where the kernel does not keep keys here.
  package func unlock(timeout: Duration) throws(VaultError) {
    try UnlockCache(vaultID: vault.identifier, keyCommitment: vault.keyCommitment)
      .store(vault.key, timeout: timeout)
  }

  // MARK: Writing

  /// Changes what the file holds at this moment, and writes it if `body` returns true.
  ///
  /// - Throws: `rolledBack` where the vault is gone, older or has another key, `unavailable` where
  ///   others keep it locked, `inputOutput` where it cannot be written; what `body` throws.
  package func change(
    _ body: (inout OpenVault) throws(VaultError) -> Bool
  ) throws(VaultError) {
    let update = try file.beginUpdate()
    var fresh = try reread(update)
    guard try body(&fresh) else { return }
    let bytes: [UInt8]
    do throws(VaultError) { bytes = try fresh.sealNextGeneration() } catch {
      throw error.about(file.path)
    }
    try update.replace(with: bytes.bytes)
    vault = fresh
    noteState()
  }

  /// Reads the file again, to see what it really holds.
  ///
  /// - Throws: As `change`.
  package func readAgain() throws(VaultError) {
    vault = try reread(try file.read())
  }

  /// What the file holds now, under the lock.
  func reread(_ update: borrowing FileUpdate) throws(VaultError) -> OpenVault {
    try reread(try update.read())
  }

  private func reread(_ bytes: [UInt8]?) throws(VaultError) -> OpenVault {
    guard let bytes else {
      throw VaultError(
        .rolledBack, "\(file.path) is gone: put back a copy from a backup, then try again")
    }
    let locked = try SealedVault(bytes, path: file.path)
    let fresh = try OpenVault(locked, key: try vault.copyOfKey(), path: file.path)
    try mark?.check(fresh.observation)
    return fresh
  }

  /// Records what was opened or written, for the rollback guard.
  func noteState() { mark?.record(vault.observation) }
}

extension OpenVault {
  /// What the rollback guard remembers of it, now that its seal was checked.
  var observation: RollbackMark.Observation {
    RollbackMark.Observation(identifier: identifier, generation: generation, state: state ?? [])
  }
}
