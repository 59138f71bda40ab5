package import SealedFormat

/// Tests make up their secrets, so these may be text.
extension SecretBytes {
  package init(readable text: String) throws(VaultError) {
    try self.init(readable: Array(text.utf8))
  }

  package init(readable bytes: [UInt8]) throws(VaultError) {
    try self.init(capacity: bytes.count) { output in
      for byte in bytes { output.append(byte) }
    }
  }

  package var readableBytes: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }

  package var readable: String { String(decoding: readableBytes, as: UTF8.self) }
}
