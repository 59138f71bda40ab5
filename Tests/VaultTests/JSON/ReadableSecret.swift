import Vault

/// Tests make up their secrets, so these may be text.
extension SecretBytes {
  init(readable text: String) throws(VaultError) {
    try self.init(readable: Array(text.utf8))
  }

  init(readable bytes: [UInt8]) throws(VaultError) {
    try self.init(capacity: bytes.count) { output in
      for byte in bytes { output.append(byte) }
    }
  }

  var readableBytes: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }

  var readable: String { String(decoding: readableBytes, as: UTF8.self) }
}
