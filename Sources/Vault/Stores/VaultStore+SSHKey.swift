package import SealedFormat

extension VaultStore {
  /// Adds a slot that a key of the user's SSH agent opens, and returns it.
  ///
  /// - Parameter timeout: How long each of two signatures may take.
  /// - Throws: What `SSHAgent.secret(for:of:timeout:)` and `change` throw, or `invalidInput` if there are
  ///   too many slots.
  package func addSlot(
    for key: SSHPublicKey, in agent: borrowing SSHAgent, timeout: Duration
  ) throws(VaultError) -> Slot {
    let slot = try vault.makeSlot(forSSHKey: key.blob) { (message) throws(VaultError) in
      try agent.secret(for: message, of: key, timeout: timeout)
    }
    try change { (vault) throws(VaultError) in
      try vault.add(slot)
      return true
    }
    return slot
  }
}
