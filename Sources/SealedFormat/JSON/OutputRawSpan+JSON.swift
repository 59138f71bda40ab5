extension RawSpan {
  /// The bytes that this UTF-8 takes as a JSON string, quotes included.
  package var jsonLength: Int {
    var length = 2
    var offset = 0
    while offset < byteCount {
      let (escape, width) = escape(at: offset)
      length += escape?.utf8.count ?? width
      offset += width
    }
    return length
  }

  /// What stands for the character at an offset, if it may not stand in a JSON string as it is or is not
  /// to be shown as it is, and how many bytes it has.
  fileprivate func escape(at offset: Int) -> (escape: String?, width: Int) {
    guard self[offset] >= 0x80 else { return (Self.escape(of: self[offset]), 1) }
    let width = self[offset] < 0xe0 ? 2 : self[offset] < 0xf0 ? 3 : 4
    guard offset + width <= byteCount else { return (nil, 1) }
    var value = UInt32(self[offset]) & (0x7f >> UInt32(width))
    for next in offset + 1..<offset + width {
      guard self[next] & 0xc0 == 0x80 else { return (nil, 1) }
      value = value << 6 | UInt32(self[next] & 0x3f)
    }
    guard let scalar = Unicode.Scalar(value), UTF8.width(scalar) == width else { return (nil, 1) }
    return (scalar.needsEscape ? scalar.jsonEscape : nil, width)
  }

  /// What stands for a byte that may not stand in a JSON string as it is (RFC 8259, section 7).
  private static func escape(of byte: UInt8) -> String? {
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
    var offset = 0
    while offset < utf8.byteCount {
      let (escape, width) = utf8.escape(at: offset)
      if let escape {
        try append(escape)
      } else {
        try append(contentsOf: utf8.extracting(offset..<offset + width))
      }
      offset += width
    }
    append(UInt8(ascii: "\""))
  }
}
