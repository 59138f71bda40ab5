package import SealedFormat

/// Has an SSH key sign a message, and returns what the signature gives.
package typealias SSHSigner = (_ message: [UInt8]) throws(VaultError) -> SlotSecret

/// The ways to open the vault, and its key.
extension VaultStore {
  /// The ways to open the vault.
  package var slots: [Slot] { vault.slots }

  /// What is remembered of a slot.
  package func note(on slot: Slot) -> SlotNote { vault.note(on: slot) }

  /// Adds a slot for a secret and returns it.
  ///
  /// A secret for the desktop keyring is kept in `keyring`.
  ///
  /// - Throws: What `change` and the keyring throw, or `invalidInput` if there are too many slots.
  package func addSlot(
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

  /// Removes the key of a slot, which may no longer be in the vault, from the desktop keyring.
  ///
  /// Does nothing for slots of other kinds.
  ///
  /// - Throws: `unreachable` if there is no keyring, `unavailable` if it is locked.
  package func forgetKey(of slot: Slot, in keyring: KeyringAccess) throws(VaultError) {
    guard case .secretService = slot.kind else { return }
    try SlotItem(vaultID: vault.identifier, slot: slot).remove(from: keyring)
  }

  /// Removes the keys of slots that are not in the file from the keyring.
  ///
  /// If the file cannot be read they stay: a write can fail after the file was replaced, and then
  /// such a key may be all that opens it.
  private func forgetUnwritten(_ slots: [Slot], in keyring: KeyringAccess?) {
    guard let keyring, let bytes = try? file.read(),
      let written = try? SealedVault(bytes, path: file.path).slots.map(\.name)
    else { return }
    for slot in slots where !written.contains(slot.name) { try? forgetKey(of: slot, in: keyring) }
  }

  /// Removes a slot.
  ///
  /// - Throws: What `change` throws, `notFound` for an unknown name, `invalidInput` for the last slot.
  package func removeSlot(named name: String) throws(VaultError) {
    try change { (vault) throws(VaultError) in
      try vault.removeSlot(named: name)
      return true
    }
  }

  /// Replaces one slot with a slot for another secret, in one step.
  ///
  /// Returns the new slot.
  ///
  /// - Throws: As `addSlot` and `removeSlot`.
  package func replaceSlot(
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

  /// Makes a new vault key, and seals everything again under it.
  ///
  /// - Parameters:
  ///   - keyring: Where a secret for the desktop keyring is kept.
  ///   - addSlots: Gets a function that adds a slot for a secret, and one for what an SSH key signs. It runs
  ///     before anything is written and without the lock, because it may ask the user.
  /// - Throws: What `change` throws, and `unavailable` if another program wrote the file in between.
  package func rekey(
    keyring: KeyringAccess? = nil,
    _ addSlots: (
      _ add: (borrowing SlotSecret) throws(VaultError) -> Void,
      _ addKey: (SSHPublicKey, _ sign: SSHSigner) throws(VaultError) -> Void
    ) throws(VaultError) -> Void
  ) throws(VaultError) {
    var kept: [Slot] = []
    do throws(VaultError) {
      try replaceKey { (fresh) throws(VaultError) in
        try addSlots(
          { (secret) throws(VaultError) in
            let slot = try fresh.makeSlot(
              for: secret, derivation: nil, machineMemory: MachineMemory.available())
            try fresh.keep(secret, of: slot, in: keyring)
            kept.append(slot)
            try fresh.add(slot)
          },
          { (key, sign) throws(VaultError) in
            try fresh.add(try fresh.makeSlot(forSSHKey: key.blob, sign: sign))
          })
      }
    } catch {
      forgetUnwritten(kept, in: keyring)
      throw error
    }
  }

  /// Writes the vault with a new key and the slots that `addSlots` gives it.
  private func replaceKey(
    _ addSlots: (inout OpenVault) throws(VaultError) -> Void
  ) throws(VaultError) {
    let before = vault.generation
    var fresh = try vault.copy()
    try fresh.replaceKey()
    try addSlots(&fresh)
    guard fresh.slots.contains(where: \.standsAlone) else {
      throw VaultError(
        .invalidInput,
        fresh.slots.isEmpty
          ? "no secret was given that will open the vault"
          : "an SSH key must not be the only way to open the vault: give a passphrase or a key file too"
      )
    }
    let update = try file.beginUpdate()
    guard try reread(update).generation == before else {
      throw VaultError(
        .unavailable, "\(file.path) was changed by another program, so it keeps its key: try again")
    }
    let bytes = try fresh.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    vault = fresh
    noteState()
  }
}
