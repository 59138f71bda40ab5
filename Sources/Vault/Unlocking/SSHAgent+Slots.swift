package import SealedFormat

extension SSHAgent {
  /// The slots of a vault, each with a key that may open it.
  package borrowing func candidates(
    for vault: SealedVault
  ) throws(VaultError) -> [(slot: Slot, key: SSHPublicKey)] {
    var found: [(slot: Slot, key: SSHPublicKey)] = []
    for slot in vault.sshAgentSlots {
      for key in keys where key.canOpenSlots {
        if try vault.isCandidate(key.blob, for: slot) { found.append((slot, key)) }
      }
    }
    return found
  }

  /// The slot that a key opens already, or nil.
  package borrowing func slot(
    of vault: SealedVault, openedBy key: SSHPublicKey, timeout: Duration
  ) throws(VaultError) -> Slot? {
    for slot in vault.sshAgentSlots where try vault.isCandidate(key.blob, for: slot) {
      let secret = try sign(vault.messageToSign(for: slot), with: key, timeout: timeout)
      if let opened = try vault.slot(openedBy: secret, machineMemory: 0) { return opened }
    }
    return nil
  }

  /// What a key of the agent's gives for a new slot.
  ///
  /// - Throws: `refused` if the key signs differently each time, as ECDSA does by design.
  package borrowing func secret(
    for message: [UInt8], of key: SSHPublicKey, timeout: Duration
  ) throws(VaultError) -> SlotSecret {
    let secret = try sign(message, with: key, timeout: timeout)
    let again = try sign(message, with: key, timeout: timeout)
    guard secret.bytes.isEqual(to: again.bytes) else {
      throw VaultError(
        .refused,
        "two signatures of \(key.shown) differ, so neither would open the vault again: the agent or "
          + "the device does not sign deterministically")
    }
    return secret
  }
}
