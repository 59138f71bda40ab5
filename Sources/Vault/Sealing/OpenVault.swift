/// A vault whose index is open: what it keeps can be listed, found and changed in memory, and the
/// result sealed as the next generation.
struct OpenVault: ~Copyable {
  let identifier: [UInt8]
  private(set) var generation: UInt64
  let keyCommitment: [UInt8]
  private(set) var slots: [Slot]
  private(set) var entries: [IndexEntry]
  private let key: VaultKey

  var binding: Slot.Binding { Slot.Binding(vaultID: identifier, keyCommitment: keyCommitment) }

  /// Opens the index of a vault; no entry is opened.
  ///
  /// - Throws: `damaged` where anything in the file is not what a holder of the key wrote.
  init(_ vault: SealedVault, key: consuming VaultKey, path: String) throws(VaultError) {
    let damaged = VaultError(
      .damaged,
      "\(path) was changed by something that has not the key: nothing in it can be trusted; "
        + "put back a copy from a backup")
    guard
      isEqualInConstantTime(
        try key.commitment(vaultID: vault.identifier), vault.keyCommitment)
    else {
      throw VaultError(
        .rolledBack, "\(path) has another key than before: it was replaced or given a new key")
    }
    guard
      let index = try AuthenticatedCipher.open(
        Array(vault.sealedIndex).bytes, key: try key.subkey(.index),
        nonce: Array(vault.indexNonce).bytes, associated: Array(vault.associated).bytes)
    else { throw damaged }
    let bytes = unsafe index.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    do throws(VaultError) {
      entries = try IndexCoding.decode(bytes, secrets: vault.entries)
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
  static func make(
    for secret: borrowing SlotSecret, derivation: PassphraseDerivation?
  ) throws(VaultError) -> OpenVault {
    let key = try VaultKey.random()
    let identifier = try [UInt8].random(count: SealedVault.identifierLength)
    let commitment = try key.commitment(vaultID: identifier)
    let slot = try Slot(
      wrapping: key, for: secret, derivation: derivation,
      binding: Slot.Binding(vaultID: identifier, keyCommitment: commitment))
    return OpenVault(identifier: identifier, keyCommitment: commitment, slots: [slot], key: key)
  }

  /// The vault key again, for reading the file anew.
  borrowing func copyOfKey() throws(VaultError) -> VaultKey {
    VaultKey(try SecretBytes(copying: key.bytes.bytes))
  }

  // MARK: Contents

  /// Opens the secret of one entry.
  borrowing func secret(of entry: IndexEntry) throws(VaultError) -> SecretBytes {
    try SealedSecret.open(
      entry.sealedSecret, key: try key.subkey(.entries), vaultID: identifier,
      entryID: entry.identifier)
  }

  /// Puts a credential in the place of one with the same key, or at the end.
  ///
  /// - Throws: `invalidInput` for a secret that is too long.
  mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    let entryID = try [UInt8].random(count: IndexEntry.identifierLength)
    let sealed = try SealedSecret.seal(
      credential.secret, key: try self.key.subkey(.entries), vaultID: identifier, entryID: entryID)
    var record = credential.record
    let key = record.key
    let place = entries.firstIndex { $0.record.key == key }
    if let place {
      let earlier = entries[place].record.spellings
      record.spellings = earlier + record.spellings.filter { !earlier.contains($0) }
    }
    let entry = IndexEntry(record: record, identifier: entryID, sealedSecret: sealed[...])
    if let place { entries[place] = entry } else { entries.append(entry) }
  }

  /// Removes a credential; returns whether it was there.
  mutating func remove(_ key: CredentialRecord.Key) -> Bool {
    guard let place = entries.firstIndex(where: { $0.record.key == key }) else { return false }
    entries.remove(at: place)
    return true
  }

  // MARK: Sealing

  /// The whole file of the next generation.
  ///
  /// - Throws: `invalidInput` where the vault would be longer than a reader accepts.
  mutating func sealNextGeneration() throws(VaultError) -> [UInt8] {
    generation += 1
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
      index.bytes, key: try key.subkey(.index), nonce: nonce, associated: file.bytes)
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
