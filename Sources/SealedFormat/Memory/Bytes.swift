internal import CSodium

extension [UInt8] {
  /// A view of the bytes that cannot outlive them.
  package var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get { unsafe span.bytes }
  }

  /// Fresh bytes from the system's random source, for what is no secret.
  static func random(count: Int) throws(VaultError) -> [UInt8] {
    try Sodium.start()
    var bytes = [UInt8](repeating: 0, count: count)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      if let start = buffer.baseAddress { unsafe randombytes_buf(start, buffer.count) }
    }
    return bytes
  }
}
