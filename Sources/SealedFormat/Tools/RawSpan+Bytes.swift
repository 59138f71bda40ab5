internal import Glibc

extension RawSpan {
  /// The byte at an offset, which must be within the span.
  package subscript(offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)  // checks the offset itself
  }

  /// Where a byte first occurs, or nil.
  package func firstOffset(of byte: UInt8) -> Int? {
    (0..<byteCount).first { self[$0] == byte }
  }

  /// Whether the span contains all of `other`; nothing contains an empty span.
  package func contains(_ other: RawSpan) -> Bool {
    guard other.byteCount > 0, other.byteCount <= byteCount else { return false }
    for start in 0...(byteCount - other.byteCount) {
      var length = 0
      while length < other.byteCount, self[start + length] == other[length] { length += 1 }
      if length == other.byteCount { return true }
    }
    return false
  }

  /// The bytes as text, or nil if they are not UTF-8.
  ///
  /// The text is not in guarded memory, so this is only for what is not secret.
  package var publicText: String? {
    String(validating: (0..<byteCount).map { self[$0] }, as: UTF8.self)
  }
}

extension OutputRawSpan {
  /// Appends all of `bytes`.
  ///
  /// - Throws: `internalFault` if there is no room for them.
  @_lifetime(self: copy self)
  package mutating func append(contentsOf bytes: RawSpan) throws(VaultError) {
    guard bytes.byteCount <= freeCapacity else {
      throw VaultError(.internalFault, "no room for \(bytes.byteCount) more bytes")
    }
    unsafe withUnsafeMutableBytes { buffer, initialized in
      unsafe bytes.withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
        unsafe memcpy(to + initialized, from, source.count)
        initialized += source.count
      }
    }
  }

  /// Appends the UTF-8 of a text that is not secret.
  @_lifetime(self: copy self)
  package mutating func append(_ text: String) throws(VaultError) {
    try unsafe append(contentsOf: text.utf8Span.span.bytes)
  }
}
