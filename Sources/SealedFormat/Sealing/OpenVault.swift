/// A vault whose index is open: what it keeps can be listed, found and changed in memory, and the
/// result sealed as the next generation.
package struct OpenVault: ~Copyable {
  package let identifier: [UInt8]
  package internal(set) var generation: UInt64
  package internal(set) var keyCommitment: [UInt8]
  package internal(set) var slots: [Slot]
  package internal(set) var key: VaultKey
  /// Index nonce and tag of the file that this was read from or last sealed as; nil before the first.
  package internal(set) var state: [UInt8]?
  var index: VaultIndex

  var binding: Slot.Binding { Slot.Binding(vaultID: identifier, keyCommitment: keyCommitment) }

  /// Opens the index of a vault; no secret is opened.
  ///
  /// - Throws: `damaged` if anything in the file is not what a holder of the key wrote.
  package init(_ vault: SealedVault, key: consuming VaultKey, path: String) throws(VaultError) {
    guard try vault.isOpened(by: key) else {
      throw VaultError(
        .rolledBack, "\(path) has another key than before: it was replaced or given a new key")
    }
    guard let plain = vault.openIndex(key) else {
      try vault.checkDigest(path: path)
      throw VaultError(
        .damaged,
        "\(path) was changed by something that has not the key: nothing in it can be trusted; "
          + "put back a copy from a backup")
    }
    do throws(VaultError) { index = try VaultIndex(plain, secrets: vault.entries) } catch {
      guard error.code == .damaged else {
        throw error.about(path)
      }
      throw VaultError(.damaged, "\(path) is damaged: \(error.message)", cause: error)
    }
    identifier = vault.identifier
    generation = vault.generation
    keyCommitment = vault.keyCommitment
    slots = vault.slots
    state = vault.state
    self.key = key
  }

  private init(identifier: [UInt8], keyCommitment: [UInt8], slots: [Slot], key: consuming VaultKey)
  {
    self.identifier = identifier
    generation = 0
    self.keyCommitment = keyCommitment
    self.slots = slots
    index = VaultIndex()
    self.key = key
  }

  /// A new, empty vault with one slot.
  ///
  /// - Parameter derivation: The cost of a passphrase; nil measures it.
  /// - Returns: A vault of generation 0, which is in no file yet.
  /// - Throws: `unavailable` if there is too little memory for a passphrase.
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
    var vault = OpenVault(
      identifier: identifier, keyCommitment: commitment, slots: [], key: key)
    try vault.add(slot)
    return vault
  }

  /// The same vault again, to be changed without changing this one.
  package borrowing func copy() throws(VaultError) -> OpenVault {
    var copy = OpenVault(
      identifier: identifier, keyCommitment: keyCommitment, slots: slots, key: try copyOfKey())
    copy.generation = generation
    copy.state = state
    copy.index = index
    return copy
  }

  /// The vault key again, for reading the file anew.
  package borrowing func copyOfKey() throws(VaultError) -> VaultKey {
    try VaultKey(copying: key.bytes)
  }
}
