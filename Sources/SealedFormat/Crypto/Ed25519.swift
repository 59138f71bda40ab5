internal import CSodium

/// Signatures by Ed25519 (RFC 8032).
package enum Ed25519 {
  package static let keyLength = 32
  package static let signatureLength = 64

  /// Whether a signature is of this message and by this key.
  package static func isValid(
    _ signature: RawSpan, of message: [UInt8], by publicKey: [UInt8]
  ) -> Bool {
    guard signature.byteCount == signatureLength, publicKey.count == keyLength else {
      return false
    }
    return unsafe signature.withUnsafeBytes {
      unsafe vault_sodium_ed25519_verify($0.baseAddress, message, message.count, publicKey) == 0
    }
  }
}
