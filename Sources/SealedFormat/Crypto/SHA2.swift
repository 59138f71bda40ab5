internal import CSodium

/// SHA-256 and SHA-512 (FIPS 180-4), as SSH uses them; everything of our own is hashed by BLAKE2b.
package enum SHA2 {
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = unsafe vault_sodium_sha256(&digest, bytes, bytes.count)
    return digest
  }

  package static func sha512(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 64)
    _ = unsafe vault_sodium_sha512(&digest, bytes, bytes.count)
    return digest
  }
}
