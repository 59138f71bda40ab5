extension OutputRawSpan {
  /// The most bytes that a string of `count` bytes takes in JSON, quotes included.
  package static func longestJSON(of count: Int) -> Int { 6 * count + 2 }

  /// Appends a JSON string (RFC 8259, section 7).
  ///
  /// - Parameter utf8: The string's UTF-8.
  /// - Throws: `internalFault` where there is no room for it.
  @_lifetime(self: copy self)
  package mutating func append(jsonString utf8: RawSpan) throws(VaultError) {
    try append("\"")
    for offset in 0..<utf8.byteCount {
      let byte = utf8[offset]
      switch byte {
      case UInt8(ascii: "\""): try append("\\\"")
      case UInt8(ascii: "\\"): try append("\\\\")
      case 0x0a: try append("\\n")
      case 0x0d: try append("\\r")
      case 0x09: try append("\\t")
      case 0..<0x20, 0x7f: try append("\\u00" + [byte].hexadecimal)
      default:
        guard freeCapacity > 0 else { throw VaultError(.internalFault, "no room for JSON") }
        append(byte)
      }
    }
    try append("\"")
  }
}
