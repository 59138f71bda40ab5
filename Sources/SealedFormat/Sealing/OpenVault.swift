/// A vault whose index is open: what it keeps can be listed, found and changed in memory, and the
/// result sealed as the next generation.
package struct OpenVault: ~Copyable {
  package let identifier: [UInt8]
  package private(set) var generation: UInt64
  package private(set) var keyCommitment: [UInt8]
  package private(set) var slots: [Slot]
  package private(set) var entries: [IndexEntry]
  package private(set) var key: VaultKey

  var binding: Slot.Binding { Slot.Binding(vaultID: identifier, keyCommitment: keyCommitment) }

  /// Opens the index of a vault; no entry is opened.
  ///
  /// - Throws: `damaged` where anything in the file is not what a holder of the key wrote.
  package init(_ vault: SealedVault, key: consuming VaultKey, path: String) throws(VaultError) {
    guard
      isEqualInConstantTime(
        try key.commitment(vaultID: vault.identifier), vault.keyCommitment)
    else {
      throw VaultError(
        .rolledBack, "\(path) has another key than before: it was replaced or given a new key")
    }
    guard let index = vault.openIndex(key) else {
      throw VaultError(
        .damaged,
        "\(path) was changed by something that has not the key: nothing in it can be trusted; "
          + "put back a copy from a backup")
    }
    do throws(VaultError) {
      entries = try IndexCoding.decode(index, secrets: vault.entries)
    } catch {
      throw VaultError(.damaged, "\(path) is damaged: \(error.message)", cause: error)
    }
    identifier = vault.identifier
    generation = vault.generation
    keyCommitment = vault.keyCommitment
    slots = vault.slots
    self.key = key
  }

  private init(identifier: [UInt8], keyCommitment: [UInt8], slots: [Slot], key: consuming VaultKey)
  {
    self.identifier = identifier
    generation = 0
    self.keyCommitment = keyCommitment
    self.slots = slots
    entries = []
    self.key = key
  }

  /// A new, empty vault with one slot.
  ///
  /// - Parameters:
  ///   - secret: What opens the slot.
  ///   - derivation: The cost of a passphrase; nil has it measured.
  /// - Returns: A vault of generation 0, which is in no file yet.
  /// - Throws: `unavailable` where there is too little memory for a passphrase.
  package static func make(
    for secret: borrowing SlotSecret, derivation: PassphraseDerivation?,
    machineMemory: @autoclosure () -> UInt64
  ) throws(VaultError) -> OpenVault {
    let key = try VaultKey.random()
    let identifier = try [UInt8].random(count: SealedVault.identifierLength)
    let commitment = try key.commitment(vaultID: identifier)
    let slot = try Slot(
      wrapping: key, for: secret, derivation: derivation, machineMemory: machineMemory(),
      binding: Slot.Binding(vaultID: identifier, keyCommitment: commitment))
    return OpenVault(identifier: identifier, keyCommitment: commitment, slots: [slot], key: key)
  }

  /// The same vault again, to be changed without changing this one.
  package borrowing func copy() throws(VaultError) -> OpenVault {
    var copy = OpenVault(
      identifier: identifier, keyCommitment: keyCommitment, slots: slots, key: try copyOfKey())
    copy.generation = generation
    copy.entries = entries
    return copy
  }

  /// The vault key again, for reading the file anew.
  package borrowing func copyOfKey() throws(VaultError) -> VaultKey {
    try VaultKey(copying: key.bytes)
  }

  // MARK: Contents

  /// Everything that is kept, what undoes migrations included.
  package var records: [CredentialRecord] { get throws(VaultError) { entries.map(\.record) } }

  /// The credential with exactly this key, or nil.
  ///
  /// - Throws: `damaged` where the secret does not open.
  package borrowing func find(_ key: CredentialRecord.Key) throws(VaultError) -> Credential? {
    guard let entry = entries.first(where: { $0.record.key == key }) else { return nil }
    return Credential(record: entry.record, secret: try secret(of: entry))
  }

  /// Opens the secret of one entry.
  borrowing func secret(of entry: IndexEntry) throws(VaultError) -> SecretBytes {
    try SealedSecret.open(
      entry.sealedSecret, key: key.subkey(.entries), vaultID: identifier,
      entryID: entry.identifier)
  }

  /// Puts a credential in the place of one with the same key, or at the end.
  ///
  /// - Throws: `invalidInput` for a secret that is too long.
  package mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    let entryID = try [UInt8].random(count: IndexEntry.identifierLength)
    let sealed = try SealedSecret.seal(
      credential.secret, key: self.key.subkey(.entries), vaultID: identifier, entryID: entryID)
    var record = credential.record
    let key = record.key
    let place = entries.firstIndex { $0.record.key == key }
    if let place {
      let earlier = entries[place].record.spellings
      record.spellings = earlier + record.spellings.filter { !earlier.contains($0) }
      record.serverURL = record.serverURL ?? entries[place].record.serverURL
    }
    let entry = IndexEntry(record: record, identifier: entryID, sealedSecret: sealed[...])
    if let place { entries[place] = entry } else { entries.append(entry) }
  }

  /// Removes a credential; returns whether it was there.
  package mutating func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    guard let place = entries.firstIndex(where: { $0.record.key == key }) else { return false }
    entries.remove(at: place)
    return true
  }

  /// Keeps a credential under another key, in the place of what is there; its secret is not opened.
  ///
  /// - Returns: Whether there was a credential with the first key.
  package mutating func rename(
    _ key: CredentialRecord.Key, to other: CredentialRecord.Key
  ) throws(VaultError) -> Bool {
    guard entries.contains(where: { $0.record.key == key }) else { return false }
    entries.removeAll { $0.record.key == other }
    for place in entries.indices where entries[place].record.key == key {
      entries[place].record.key = other
    }
    return true
  }

  /// Notes what a registry said to a credential, if it is still the one with this identifier; returns
  /// whether that changed anything.
  package mutating func note(
    _ observation: (verified: Int64?, expires: Int64?), of key: CredentialRecord.Key,
    _ identifier: [UInt8]
  ) -> Bool {
    let place = entries.firstIndex { $0.record.key == key && $0.identifier == identifier }
    guard let place else { return false }
    let before = entries[place].record
    entries[place].record.verified = observation.verified ?? before.verified
    entries[place].record.expires = observation.expires ?? before.expires
    return entries[place].record != before
  }

  // MARK: Slots

  /// A new slot for this vault, which is not yet in it.
  package borrowing func makeSlot(
    for secret: borrowing SlotSecret, derivation: PassphraseDerivation?,
    machineMemory: @autoclosure () -> UInt64
  ) throws(VaultError) -> Slot {
    try Slot(
      wrapping: key, for: secret, derivation: derivation, machineMemory: machineMemory(),
      binding: binding)
  }

  /// Adds a slot that was made for this vault.
  ///
  /// - Throws: `invalidInput` where a reader would refuse the vault for it.
  package mutating func add(_ slot: Slot) throws(VaultError) {
    do throws(VaultError) { try SealedVault.check(slots + [slot]) } catch {
      throw VaultError(
        .invalidInput,
        "the vault cannot take one more slot: a vault has at most \(SealedVault.slotLimit), of "
          + "which \(SealedVault.passphraseSlotLimit) are passphrases", cause: error)
    }
    slots.append(slot)
  }

  /// Removes a slot, which must not be the last that can be opened.
  package mutating func removeSlot(named name: String) throws(VaultError) {
    guard let place = slots.firstIndex(where: { $0.name == name }) else {
      throw VaultError(.notFound, "the vault has no slot \(name.escapingControls)")
    }
    var rest = slots
    rest.remove(at: place)
    guard rest.contains(where: { $0.wrapping != nil }) else {
      throw VaultError(
        .invalidInput, "slot \(name) is the last: without it nobody could open the vault")
    }
    slots = rest
  }

  /// Puts a slot that was made for this vault in the place of another.
  package mutating func replaceSlot(named name: String, with slot: Slot) throws(VaultError) {
    guard let place = slots.firstIndex(where: { $0.name == name }) else {
      throw VaultError(.notFound, "the vault has no slot \(name.escapingControls)")
    }
    let previous = slots.remove(at: place)
    do throws(VaultError) { try add(slot) } catch {
      slots.insert(previous, at: place)
      throw error
    }
    slots.insert(slots.removeLast(), at: place)
  }

  /// Takes a new vault key: every secret is sealed anew, and all slots are gone.
  package mutating func replaceKey() throws(VaultError) {
    let fresh = try VaultKey.random()
    entries = try entries(sealedUnder: fresh)
    keyCommitment = try fresh.commitment(vaultID: identifier)
    slots = []
    key = fresh
  }

  /// The entries, every secret sealed anew under another key.
  private borrowing func entries(
    sealedUnder fresh: borrowing VaultKey
  ) throws(VaultError) -> [IndexEntry] {
    var resealed: [IndexEntry] = []
    for entry in entries {
      let secret = try secret(of: entry)
      let entryID = try [UInt8].random(count: IndexEntry.identifierLength)
      let sealed = try SealedSecret.seal(
        secret, key: fresh.subkey(.entries), vaultID: identifier, entryID: entryID)
      resealed.append(
        IndexEntry(record: entry.record, identifier: entryID, sealedSecret: sealed[...]))
    }
    return resealed
  }

  // MARK: Sealing

  /// The whole file of the next generation.
  ///
  /// - Throws: `invalidInput` where the vault would be longer than a reader accepts.
  package mutating func sealNextGeneration() throws(VaultError) -> [UInt8] {
    let (next, isTooLarge) = generation.addingReportingOverflow(1)
    guard !isTooLarge else {
      throw VaultError(.damaged, "the vault has the last generation that there is")
    }
    generation = next
    let index = try IndexCoding.encode(entries)
    let slotBytes = slots.flatMap(\.encoded)
    var secrets: [UInt8] = []
    for entry in entries { secrets += entry.sealedSecret }
    let region = secrets.count.roundedUpToPowerOfTwo(atLeast: SealedVault.shortestEntries)
    // Random, as ciphertext is: where the entries end is not to be seen.
    secrets += try [UInt8].random(count: region - secrets.count)
    let nonce = try [UInt8].random(count: AuthenticatedCipher.nonceLength)
    let overhead = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength

    var file = SealedVault.magic
    file.append(number: SealedVault.version)
    file += identifier
    file.append(number: generation)
    file += keyCommitment
    file.append(number: UInt32(slotBytes.count))
    file.append(number: UInt32(secrets.count))
    file.append(number: UInt32(index.count + overhead))
    file += slotBytes + secrets + nonce
    file += try AuthenticatedCipher.seal(
      index.bytes, key: key.subkey(.index), nonce: nonce, associated: file.bytes)
    var hash = try Hash()
    hash.update(file.bytes)
    file += hash.digest()
    guard file.count <= SealedVault.longestFile else {
      throw VaultError(
        .invalidInput, "the vault would be longer than \(SealedVault.longestFile) bytes")
    }
    return file
  }
}
