package import SealedFormat

/// The sealed file as a store, opened with its key.
///
/// What is listed and found is as it was when the file was opened; each change is made to what the
/// file holds at that moment, so that no other writer's change is lost.
package struct SealedStore: ~Copyable {
  private let file: DurableFile
  private var vault: OpenVault
  private var mark: RollbackMark?

  /// Opens the index of a vault.
  init(
    path: String, _ sealed: SealedVault, key: consuming VaultKey, mark: RollbackMark?
  ) throws(VaultError) {
    let vault = try OpenVault(sealed, key: key, path: path)
    try mark?.check(sealed.sighting)
    file = Self.durableFile(path)
    self.vault = vault
    self.mark = mark
    self.mark?.record(sealed.sighting)
  }

  /// A vault that has just been written.
  init(path: String, written: [UInt8], _ vault: consuming OpenVault, mark: RollbackMark?) {
    file = Self.durableFile(path)
    self.vault = vault
    self.mark = mark
    note(written)
  }

  /// The vault at a path, still sealed, or nil where there is none.
  static func sealedVault(at path: String) throws(VaultError) -> SealedVault? {
    guard let bytes = try durableFile(path).read() else { return nil }
    return try SealedVault(bytes, path: path)
  }

  static func durableFile(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .vault, limit: SealedVault.longestFile)
  }

  // MARK: Logins

  /// All credentials, in the order in which they were first put there; opens no secret.
  ///
  /// - Returns: The records.
  package borrowing func list() throws(VaultError) -> [CredentialRecord] {
    try records.filter { !$0.isOfMigration }
  }

  /// Everything that is kept, what undoes migrations included; opens no secret.
  package var records: [CredentialRecord] { get throws(VaultError) { try vault.records } }

  /// The credential with the longest scope that covers `scope`, or nil.
  ///
  /// - Parameter scope: What is asked for.
  /// - Returns: The credential with its secret.
  /// - Throws: `damaged` where the secret does not open.
  package borrowing func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    guard let record = vault.entries.lazy.map(\.record).closest(to: scope) else { return nil }
    return try find(record.key)
  }

  /// The credential with exactly this key, or nil.
  ///
  /// - Parameter key: What is asked for.
  /// - Returns: The credential with its secret.
  /// - Throws: `damaged` where the secret does not open.
  package borrowing func find(
    _ key: CredentialRecord.Key
  ) throws(VaultError) -> Credential? {
    do throws(VaultError) { return try vault.find(key) } catch {
      throw error.about(file.path)
    }
  }

  /// Keeps a credential, durably, in the place of one for the same scope.
  ///
  /// - Parameter credential: What to keep; its spellings are added to those already there.
  /// - Throws: What `change` throws, or `invalidInput` for a secret that is too long.
  package mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    try change { (vault) throws(VaultError) in
      try vault.put(credential)
      return true
    }
  }

  /// Removes the credential of exactly this scope.
  ///
  /// - Parameter scope: Whose credential.
  /// - Returns: Whether there was one; where there was none nothing is written.
  /// - Throws: What `change` throws.
  package mutating func remove(_ scope: RegistryScope) throws(VaultError) -> Bool {
    try remove(.registry(scope))
  }

  /// Removes the credential with exactly this key.
  ///
  /// - Parameter key: Which credential.
  /// - Returns: Whether there was one; where there was none nothing is written.
  /// - Throws: What `change` throws.
  package mutating func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    var isRemoved = false
    try change { (vault) throws(VaultError) in
      isRemoved = try vault.remove(key)
      return isRemoved
    }
    return isRemoved
  }

  /// Notes what registries said to logins, in one write.
  ///
  /// It goes into what the file holds by now: a login that was changed or removed since this store was
  /// opened stays as it is.
  ///
  /// - Parameter sightings: By key, when the registry accepted the login and when it expires; nil leaves
  ///   what is there.
  /// - Throws: What `change` throws.
  package mutating func note(
    _ sightings: [CredentialRecord.Key: (verified: Int64?, expires: Int64?)]
  ) throws(VaultError) {
    var asked: [CredentialRecord.Key: [UInt8]] = [:]
    for entry in vault.entries { asked[entry.record.key] = entry.identifier }
    try change { vault in
      var isChanged = false
      for (key, sighting) in sightings {
        guard let identifier = asked[key] else { continue }
        isChanged = vault.note(sighting, of: key, identifier) || isChanged
      }
      return isChanged
    }
  }

  // MARK: Slots

  /// The ways to open the vault.
  package var slots: [Slot] { vault.slots }

  /// Adds a way to open the vault.
  ///
  /// - Parameters:
  ///   - secret: What opens it from now on too.
  ///   - keyring: Where the secret is kept if it is one for the desktop keyring.
  /// - Returns: The new slot.
  /// - Throws: What `change` throws, or `invalidInput` where there are too many; what the keyring throws.
  package mutating func addSlot(
    _ secret: borrowing SlotSecret, keyring: KeyringAccess? = nil
  ) throws(VaultError) -> Slot {
    // Made before the lock is taken, because a passphrase takes a while.
    let slot = try vault.makeSlot(
      for: secret, derivation: nil, machineMemory: MachineMemory.available())
    try vault.keep(secret, of: slot, in: keyring)
    do throws(VaultError) {
      try change { (vault) throws(VaultError) in
        try vault.add(slot)
        return true
      }
    } catch {
      forgetUnwritten([slot], in: keyring)
      throw error
    }
    return slot
  }

  /// Has the desktop keyring forget the key of a slot; does nothing for slots of other kinds.
  ///
  /// - Parameters:
  ///   - slot: The slot, which need not be in the vault any more.
  ///   - keyring: Where its key is.
  /// - Throws: `unreachable` where there is no keyring, `unavailable` where it is locked.
  package func forgetKey(of slot: Slot, in keyring: KeyringAccess) throws(VaultError) {
    guard case .secretService = slot.kind else { return }
    try SlotItem(vaultID: vault.identifier, slot: slot).remove(from: keyring)
  }

  /// Has the keyring forget the keys of slots that did not get into the file, as far as that is known: a
  /// write can fail once the file is replaced, and then such a key may be all that opens it.
  private borrowing func forgetUnwritten(_ slots: [Slot], in keyring: KeyringAccess?) {
    guard let keyring, let bytes = try? file.read(),
      let written = try? SealedVault(bytes, path: file.path).slots.map(\.name)
    else { return }
    for slot in slots where !written.contains(slot.name) { try? forgetKey(of: slot, in: keyring) }
  }

  /// Takes a way to open the vault away.
  ///
  /// - Parameter name: The slot's name, as `slots` has it.
  /// - Throws: What `change` throws, `notFound` for an unknown name, `invalidInput` for the last slot.
  package mutating func removeSlot(named name: String) throws(VaultError) {
    try change { (vault) throws(VaultError) in
      try vault.removeSlot(named: name)
      return true
    }
  }

  /// Puts another secret in the place of one slot, in one step.
  ///
  /// - Parameters:
  ///   - name: The slot's name, as `slots` has it.
  ///   - secret: What opens the vault instead.
  /// - Returns: The new slot.
  /// - Throws: As `addSlot` and `removeSlot`.
  package mutating func replaceSlot(
    named name: String, with secret: borrowing SlotSecret
  ) throws(VaultError) -> Slot {
    let slot = try vault.makeSlot(
      for: secret, derivation: nil, machineMemory: MachineMemory.available())
    try change { (vault) throws(VaultError) in
      try vault.replaceSlot(named: name, with: slot)
      return true
    }
    return slot
  }

  /// Takes a new vault key, and seals everything anew under it.
  ///
  /// - Parameters:
  ///   - keyring: Where a secret is kept if it is one for the desktop keyring.
  ///   - addSlots: Is given a function that adds a slot for a secret; it is called before anything is
  ///     written, without the lock, as it may ask a person.
  /// - Throws: What `change` throws, and `unavailable` where somebody else wrote meanwhile.
  package mutating func rekey(
    keyring: KeyringAccess? = nil,
    _ addSlots: ((borrowing SlotSecret) throws(VaultError) -> Void) throws(VaultError) -> Void
  ) throws(VaultError) {
    var kept: [Slot] = []
    do throws(VaultError) {
      try replaceKey { (fresh) throws(VaultError) in
        try addSlots { (secret) throws(VaultError) in
          let slot = try fresh.makeSlot(
            for: secret, derivation: nil, machineMemory: MachineMemory.available())
          try fresh.keep(secret, of: slot, in: keyring)
          kept.append(slot)
          try fresh.add(slot)
        }
      }
    } catch {
      forgetUnwritten(kept, in: keyring)
      throw error
    }
  }

  /// Writes the vault with a new key and the slots that `addSlots` gives it.
  private mutating func replaceKey(
    _ addSlots: (inout OpenVault) throws(VaultError) -> Void
  ) throws(VaultError) {
    let before = vault.generation
    var fresh = try vault.copy()
    try fresh.replaceKey()
    try addSlots(&fresh)
    guard !fresh.slots.isEmpty else {
      throw VaultError(.invalidInput, "no secret was given that opens the vault from now on")
    }
    let update = try file.beginUpdate()
    guard try reread(update).generation == before else {
      throw VaultError(
        .unavailable, "\(file.path) was changed meanwhile, so it keeps its key: try again")
    }
    let bytes = try fresh.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    vault = fresh
    note(bytes)
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
  package mutating func change(
    _ body: (inout OpenVault) throws(VaultError) -> Bool
  ) throws(VaultError) {
    let update = try file.beginUpdate()
    var fresh = try reread(update)
    guard try body(&fresh) else { return }
    let bytes = try fresh.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    vault = fresh
    note(bytes)
  }

  /// Reads the file again, to see what it really holds.
  ///
  /// - Throws: As `change`.
  package mutating func readAgain() throws(VaultError) {
    vault = try reread(try file.read())
  }

  /// What the file holds now, under the lock.
  private borrowing func reread(_ update: borrowing FileUpdate) throws(VaultError) -> OpenVault {
    try reread(try update.read())
  }

  private borrowing func reread(_ bytes: [UInt8]?) throws(VaultError) -> OpenVault {
    guard let bytes else {
      throw VaultError(
        .rolledBack, "\(file.path) is gone: put back a copy from a backup, then try again")
    }
    let sealed = try SealedVault(bytes, path: file.path)
    let fresh = try OpenVault(sealed, key: try vault.copyOfKey(), path: file.path)
    try mark?.check(sealed.sighting)
    return fresh
  }

  private mutating func note(_ written: [UInt8]) {
    mark?.record(
      RollbackMark.Sighting(
        identifier: vault.identifier, generation: vault.generation,
        checksum: Array(written.suffix(Hash.length))))
  }
}

extension SealedVault {
  /// What a mark remembers of it.
  var sighting: RollbackMark.Sighting {
    RollbackMark.Sighting(identifier: identifier, generation: generation, checksum: checksum)
  }
}
