package import SealedFormat

extension SlotSecret {
  /// A key file's bytes without a file.
  package static func keyBytes(_ bytes: [UInt8]) throws(VaultError) -> SlotSecret {
    SlotSecret(kind: .keyFile, bytes: try SecretBytes(copying: bytes.bytes))
  }
}
