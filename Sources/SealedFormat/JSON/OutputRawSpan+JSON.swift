extension RawSpan {
  /// The bytes that this UTF-8 takes as a JSON string, quotes included.
  package var jsonLength: Int {
    var length = 2
    for offset in 0..<byteCount { length += Self.escape(of: self[offset])?.utf8.count ?? 1 }
    return length
  }

  /// What stands for a byte that may not stand in a JSON string as it is (RFC 8259, section 7).
  fileprivate static func escape(of byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 0x0a: "\\n"
    case 0x0d: "\\r"
    case 0x09: "\\t"
    case 0..<0x20, 0x7f: "\\u00" + [byte].hexadecimal
    default: nil
    }
  }
}

extension OutputRawSpan {
  /// Appends a JSON string.
  ///
  /// - Parameter utf8: The string's UTF-8.
  /// - Throws: `internalFault` where there is no room for it.
  @_lifetime(self: copy self)
  package mutating func append(jsonString utf8: RawSpan) throws(VaultError) {
    guard freeCapacity >= utf8.jsonLength else {
      throw VaultError(.internalFault, "no room for a JSON string")
    }
    append(UInt8(ascii: "\""))
    for offset in 0..<utf8.byteCount {
      let byte = utf8[offset]
      if let escape = RawSpan.escape(of: byte) { try append(escape) } else { append(byte) }
    }
    append(UInt8(ascii: "\""))
  }
}
