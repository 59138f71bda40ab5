/// Base64 (RFC 4648) between raw bytes, for secrets: no text in between, and no look-up tables, whose
/// places in memory would show in the cache which secret was read.
package enum Base64 {
  /// Encodes with padding.
  ///
  /// - Parameter bytes: What to encode.
  /// - Returns: The letters.
  /// - Throws: `internalFault` where memory is exhausted.
  package static func encode(_ bytes: RawSpan) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: (bytes.byteCount + 2) / 3 * 4) { output in
      for start in stride(from: 0, to: bytes.byteCount, by: 3) {
        let count = min(3, bytes.byteCount - start)
        var group: UInt32 = 0
        for index in 0..<3 {
          group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0)
        }
        for index in 0..<4 {
          let digit = group >> UInt32(18 - 6 * index) & 0x3F
          output.append(index <= count ? letter(of: digit) : UInt8(ascii: "="))
        }
      }
    }
  }

  /// Decodes; padding must be there, white space must not, and the unused bits must be zero.
  ///
  /// - Parameter text: What to decode.
  /// - Returns: The bytes.
  /// - Throws: `damaged` where it is anything but the one encoding of some bytes.
  package static func decode(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    guard text.byteCount.isMultiple(of: 4) else { throw malformed }
    var end = text.byteCount
    for _ in 0..<2 where end > 0 && text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    return try decode(
      text.extracting(0..<end), letter62: UInt8(ascii: "+"), letter63: UInt8(ascii: "/"))
  }

  /// Decodes as Go does, in which the container tools are written: line ends are passed over, padding
  /// may be missing.
  ///
  /// - Parameter text: What to decode.
  /// - Returns: The bytes.
  /// - Throws: `damaged` where it is no base64.
  package static func decodeLeniently(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    let digits = try SecretBytes(capacity: text.byteCount) { output in
      for offset in 0..<text.byteCount where ![0x0a, 0x0d].contains(text[offset]) {
        output.append(text[offset])
      }
    }
    let bytes = digits.bytes
    guard bytes.byteCount > 0, bytes[bytes.byteCount - 1] != UInt8(ascii: "=") else {
      return try decode(bytes)
    }
    return try decode(bytes, letter62: UInt8(ascii: "+"), letter63: UInt8(ascii: "/"))
  }

  /// Decodes base64url without padding, as JSON Web Tokens use it.
  ///
  /// - Parameter text: What to decode.
  /// - Returns: The bytes.
  /// - Throws: `damaged` where it is anything but the one encoding of some bytes.
  package static func decodeURL(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    try decode(text, letter62: UInt8(ascii: "-"), letter63: UInt8(ascii: "_"))
  }

  private static let malformed = VaultError(.damaged, "not valid base64")

  private static func decode(
    _ digits: RawSpan, letter62: UInt8, letter63: UInt8
  ) throws(VaultError) -> SecretBytes {
    let count = digits.byteCount
    guard count % 4 != 1 else { throw malformed }
    return try SecretBytes(capacity: count * 3 / 4) { (output) throws(VaultError) in
      var group: UInt32 = 0
      var bits = 0
      for offset in 0..<count {
        let value = value(of: digits[offset], letter62, letter63)
        guard value < 64 else { throw malformed }
        group = group << 6 | value
        bits += 6
        if bits >= 8 {
          bits -= 8
          output.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
          group &= (1 << UInt32(bits)) - 1
        }
      }
      guard group == 0 else { throw malformed }
    }
  }

  private static func letter(of value: UInt32) -> UInt8 {
    var letter = value + 65  // A to Z
    letter &+= mask(value > 25) & 6  // a to z
    letter &-= mask(value > 51) & 75  // 0 to 9
    letter &-= mask(value > 61) & 15  // +
    letter &+= mask(value > 62) & 3  // /
    return UInt8(truncatingIfNeeded: letter)
  }

  /// The value of a digit; 64 where it is none.
  private static func value(of letter: UInt8, _ letter62: UInt8, _ letter63: UInt8) -> UInt32 {
    let letter = UInt32(letter)
    var value: UInt32 = 64
    func choose(_ isIt: Bool, _ other: UInt32) { value ^= mask(isIt) & (value ^ other) }
    choose(letter >= 65 && letter <= 90, letter &- 65)
    choose(letter >= 97 && letter <= 122, letter &- 71)
    choose(letter >= 48 && letter <= 57, letter &+ 4)
    choose(letter == UInt32(letter62), 62)
    choose(letter == UInt32(letter63), 63)
    return value
  }

  private static func mask(_ condition: Bool) -> UInt32 { 0 &- (condition ? 1 : 0) }
}
