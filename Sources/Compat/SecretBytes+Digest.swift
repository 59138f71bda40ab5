internal import SealedFormat

extension SecretBytes {
  /// Whether the digest of the bytes is this one.
  borrowing func hasDigest(_ digits: String) throws(VaultError) -> Bool {
    try digest(of: bytes) == digits
  }
}
