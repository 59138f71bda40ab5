extension OpenVault {
  /// What is remembered of a slot.
  package func note(on slot: Slot) -> SlotNote {
    index.attributes.slots[slot.identifier] ?? SlotNote()
  }

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
  /// - Throws: `invalidInput` if a reader would refuse the vault for it.
  package mutating func add(_ slot: Slot, now: Int64 = WallClock.now) throws(VaultError) {
    do throws(VaultError) { try SealedVault.check(slots + [slot]) } catch {
      throw VaultError(
        .invalidInput,
        "the vault cannot take one more slot: a vault has at most \(SealedVault.slotLimit), of "
          + "which \(SealedVault.passphraseSlotLimit) are passphrases", cause: error)
    }
    slots.append(slot)
    index.attributes.slots[slot.identifier] = SlotNote(created: now)
  }

  /// Removes a slot, which must not be the last that can be opened.
  package mutating func removeSlot(named name: String) throws(VaultError) {
    let place = try place(ofSlot: name)
    var rest = slots
    rest.remove(at: place)
    guard rest.contains(where: \.standsAlone) else {
      throw VaultError(
        .invalidInput,
        "slot \(name) is the last"
          + (rest.contains { $0.takes(.sshAgent) }
            ? " besides those of SSH keys: without it a lost key would be a lost vault"
            : ": without it nobody could open the vault"))
    }
    slots = rest
  }

  /// Puts a slot that was made for this vault in the place of another.
  package mutating func replaceSlot(named name: String, with slot: Slot) throws(VaultError) {
    let place = try place(ofSlot: name)
    let previous = slots.remove(at: place)
    do throws(VaultError) { try add(slot) } catch {
      slots.insert(previous, at: place)
      throw error
    }
    slots.insert(slots.removeLast(), at: place)
  }

  private borrowing func place(ofSlot name: String) throws(VaultError) -> Int {
    guard let place = slots.firstIndex(where: { $0.name == name }) else {
      throw VaultError(.notFound, "the vault has no slot \(name.escapingControls)")
    }
    return place
  }

  /// Takes a new vault key: every secret is sealed anew, and all slots are gone.
  package mutating func replaceKey() throws(VaultError) {
    let fresh = try VaultKey.random()
    let vaultID = identifier
    let old = try copyOfKey()
    try index.reseal { (record, entryID) throws(VaultError) in
      let secret = try SealedSecret.open(
        record.secret, key: old.subkey(.entries), vaultID: vaultID,
        entryID: Array(record.identifier))
      return try SealedSecret.seal(
        secret, key: fresh.subkey(.entries), vaultID: vaultID, entryID: entryID)
    }
    keyCommitment = try fresh.commitment(vaultID: identifier)
    slots = []
    key = fresh
  }
}
