internal import CSodium

/// The random key that a vault's slots wrap and that everything else is derived from.
///
/// Whoever holds it can read and write the vault.
package struct VaultKey: ~Copyable, Sendable {
  package static let length = 32

  /// What a subkey is for; the number goes into crypto_kdf, so no two uses share a key.
  enum Purpose: UInt64 {
    case index = 1
    case entries = 2
    case commitment = 3
  }

  /// The key, then the subkeys in the order of their numbers: one piece of guarded memory, because
  /// each piece costs eleven system calls, and the credential helper starts on every image pull.
  private let keys: SecretBytes

  /// Takes a key and derives the subkeys: crypto_kdf of libsodium (BLAKE2b), context `vault-01`.
  ///
  /// - Parameter fill: Appends the 32 bytes of the key.
  /// - Throws: What `fill` throws, `internalFault` where it appends another number of bytes.
  package init(fillingWith fill: (inout OutputRawSpan) throws(VaultError) -> Void)
    throws(VaultError)
  {
    keys = try SecretBytes(capacity: Self.length * 4) { (output) throws(VaultError) in
      try fill(&output)
      guard output.byteCount == Self.length else {
        throw VaultError(.internalFault, "a vault key has \(output.byteCount) bytes")
      }
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        guard let key = buffer.baseAddress else { return }
        for number in 1...3 {
          _ = unsafe vault_sodium_derive_key(
            key + number * Self.length, Self.length, UInt64(number), "vault-01", key)
        }
        initialized = buffer.count
      }
    }
  }

  /// Takes a copy of a key.
  package init(copying key: RawSpan) throws(VaultError) {
    try self.init { (output) throws(VaultError) in try output.append(contentsOf: key) }
  }

  /// A fresh key.
  static func random() throws(VaultError) -> VaultKey {
    let key = try SecretBytes.random(count: length)
    return try VaultKey(copying: key.bytes)
  }

  /// The key itself.
  package var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get { keys.bytes(0..<Self.length) }
  }

  /// The subkey for one purpose.
  @_lifetime(borrow self)
  borrowing func subkey(_ purpose: Purpose) -> RawSpan {
    let start = Int(purpose.rawValue) * Self.length
    return keys.bytes(start..<start + Self.length)
  }

  /// Whether this is the key of a vault.
  package borrowing func isKey(
    ofVault identifier: [UInt8], commitment: [UInt8]
  ) throws(VaultError) -> Bool {
    isEqualInConstantTime(try self.commitment(vaultID: identifier), commitment)
  }

  /// A value that only this key gives for this vault and that tells nothing of the key.
  ///
  /// It stands in the header, so that a slot cannot lead to two different keys.
  borrowing func commitment(vaultID: [UInt8]) throws(VaultError) -> [UInt8] {
    var hash = try Hash(key: subkey(.commitment))
    hash.update("vault 1 vault key")
    hash.update(vaultID.bytes)
    return hash.digest()
  }
}
