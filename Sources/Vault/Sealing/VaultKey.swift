internal import CSodium

/// The random key that a vault's slots wrap and that everything else is derived from.
///
/// Whoever holds it can read and write the vault.
public struct VaultKey: ~Copyable, Sendable {
  static let length = 32

  /// What a subkey is for; the number goes into crypto_kdf, so no two uses share a key.
  enum Purpose: UInt64 {
    case index = 1
    case entries = 2
    case commitment = 3
  }

  let bytes: SecretBytes

  init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  /// A fresh key.
  static func random() throws(VaultError) -> VaultKey {
    VaultKey(try SecretBytes.random(count: length))
  }

  /// The subkey for one purpose: crypto_kdf of libsodium (BLAKE2b) in the context `vault-01`.
  borrowing func subkey(_ purpose: Purpose) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: Self.length) { output in
      unsafe bytes.bytes.withUnsafeBytes { key in
        unsafe output.withUnsafeMutableBytes { subkey, initialized in
          _ = unsafe vault_sodium_derive_key(
            subkey.baseAddress, subkey.count, purpose.rawValue, "vault-01", key.baseAddress)
          initialized = subkey.count
        }
      }
    }
  }

  /// A value that only this key gives for this vault and that tells nothing of the key.
  ///
  /// It stands in the header, so that a slot cannot lead to two different keys.
  borrowing func commitment(vaultID: [UInt8]) throws(VaultError) -> [UInt8] {
    var hash = try Hash(key: try subkey(.commitment))
    hash.update("vault 1 vault key")
    hash.update(vaultID.bytes)
    return hash.digest()
  }
}
