extension Slot {
  /// A new slot that a passphrase, a key file or a key of the desktop keyring opens.
  ///
  /// - Parameters:
  ///   - key: The vault key that it leads to.
  ///   - secret: What opens it.
  ///   - derivation: The cost of a passphrase; nil has it measured.
  ///   - machineMemory: What this process may use, in KiB; read only if the cost is measured.
  ///   - binding: The vault that the slot is for.
  /// - Throws: `unavailable` where there is too little memory for a passphrase.
  init(
    wrapping key: borrowing VaultKey, for secret: borrowing SlotSecret,
    derivation: PassphraseDerivation?, machineMemory: @autoclosure () -> UInt64,
    binding: Binding
  ) throws(VaultError) {
    switch secret.kind {
    case .keyFile:
      try self.init(wrapping: key, under: secret.bytes, kind: .keyFile, binding: binding)
    case .secretService:
      try self.init(wrapping: key, under: secret.bytes, kind: .secretService, binding: binding)
    case .sshAgent:
      throw VaultError(
        .internalFault, "a signature is made for one slot, which must be there first")
    case .passphrase:
      let salt = try [UInt8].random(count: PassphraseDerivation.saltLength)
      let cost: PassphraseDerivation
      if let derivation {
        cost = derivation
      } else {
        cost = try .calibrated(machineMemory: machineMemory())
      }
      try self.init(
        wrapping: key, under: try cost.key(from: secret.bytes, salt: salt),
        kind: .passphrase(cost, salt: salt), binding: binding)
    }
  }
}
