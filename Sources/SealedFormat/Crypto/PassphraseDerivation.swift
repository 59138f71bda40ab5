internal import CSodium

/// How much work a passphrase costs: the parameters of Argon2id (RFC 9106, one lane).
package struct PassphraseDerivation: Hashable, Sendable {
  static let saltLength = 16

  /// The fewest and most passes that a file may ask for.
  static let passLimits: ClosedRange<UInt32> = 2...256
  /// The least and most memory that a file may ask for, in KiB.
  static let memoryLimits: ClosedRange<UInt32> = (19 * 1024)...(1024 * 1024)
  /// The most work that all passphrase slots of a file may ask for together, in passes × MiB.
  static let totalWorkLimit: UInt64 = 4096

  /// How often the memory is filled.
  let passes: UInt32
  /// Working memory in KiB.
  let memory: UInt32

  /// Names a cost; nothing is checked here, because a file may claim anything.
  package init(passes: UInt32, memory: UInt32) {
    self.passes = passes
    self.memory = memory
  }

  /// Passes × MiB, rounded up.
  var work: UInt64 { (UInt64(passes) * UInt64(memory) + 1023) / 1024 }

  var isWithinLimits: Bool {
    Self.passLimits.contains(passes) && Self.memoryLimits.contains(memory)
  }

  /// The cheapest cost that is accepted, for tests.
  package static let cheapest = PassphraseDerivation(
    passes: passLimits.lowerBound, memory: memoryLimits.lowerBound)

  /// A cost for new slots: 256 MiB, less where the machine has less than twice that, and at least 3
  /// passes, 4 where 3 take less than 0.3 s.
  ///
  /// - Parameter machineMemory: What this process may use, in KiB.
  /// - Returns: A cost that is within the limits.
  /// - Throws: `unavailable` where there is too little memory.
  static func calibrated(machineMemory: UInt64) throws(VaultError) -> PassphraseDerivation {
    let half = machineMemory / 2
    guard half >= UInt64(memoryLimits.lowerBound) else {
      throw VaultError(
        .unavailable,
        "a passphrase needs \(memoryLimits.lowerBound * 2 / 1024) MiB of memory: use a key file")
    }
    let memory = UInt32(min(half, 256 * 1024))
    let three = PassphraseDerivation(passes: 3, memory: memory)
    let start = SteadyClock.now
    _ = try three.key(from: try SecretBytes.random(count: 16), salt: try .random(count: saltLength))
    let isQuick = SteadyClock.now - start < .milliseconds(300)
    return isQuick ? PassphraseDerivation(passes: 4, memory: memory) : three
  }

  /// Refuses what this machine could not do without harm.
  ///
  /// - Parameter machineMemory: What this process may use, in KiB.
  /// - Throws: `unavailable` where it would take more than half of it.
  func checkFits(machineMemory: UInt64) throws(VaultError) {
    guard UInt64(memory) <= machineMemory / 2 else {
      throw VaultError(
        .unavailable,
        "opening this vault by its passphrase takes \(memory / 1024) MiB of memory, more than half "
          + "of what there is here: use a key file, or a machine with more memory")
    }
  }

  /// The 32-byte key that a passphrase gives.
  package func key(
    from passphrase: borrowing SecretBytes, salt: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: 32) { (output) throws(VaultError) in
      let result = unsafe passphrase.bytes.withUnsafeBytes { passphrase in
        unsafe salt.withUnsafeBytes { salt in
          unsafe output.withUnsafeMutableBytes { key, initialized in
            initialized = key.count
            return unsafe vault_sodium_argon2id(
              key.baseAddress, key.count, passphrase.baseAddress, passphrase.count,
              salt.baseAddress, UInt64(passes), Int(memory) * 1024)
          }
        }
      }
      guard result == 0 else {
        throw VaultError(
          .unavailable,
          "not enough memory for the passphrase: it needs \(memory / 1024) MiB; use a key file")
      }
    }
  }
}
