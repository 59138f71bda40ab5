extension SealedVault {
  /// Tries a secret on every slot of its kind.
  ///
  /// - Parameters:
  ///   - secret: A passphrase or the bytes of a key file.
  ///   - machineMemory: What this process may use, in KiB; a slot that wants more than half is refused.
  /// - Returns: The vault key, or nil where no slot fits.
  /// - Throws: `damaged` where a slot fits and does not hold what it should; `unavailable` where there
  ///   is not the memory to try.
  func unlock(
    with secret: borrowing SlotSecret, machineMemory: UInt64
  ) throws(VaultError) -> VaultKey? {
    for slot in slots {
      switch (slot.kind, secret.kind) {
      case (.passphrase(let derivation, let salt), .passphrase):
        try derivation.checkFits(machineMemory: machineMemory)
        let slotKey = try derivation.key(from: secret.bytes, salt: salt)
        if let key = try slot.unwrap(with: slotKey, binding: binding) { return key }
      case (.keyFile, .keyFile):
        if let key = try slot.unwrap(with: secret.bytes, binding: binding) { return key }
      default:
        continue
      }
    }
    return nil
  }

  /// Whether a passphrase could open it.
  public var canTakePassphrase: Bool {
    slots.contains { if case .passphrase = $0.kind { true } else { false } }
  }
}
