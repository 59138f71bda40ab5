/// One way in which a text can lie in a file or in memory.
package struct Spelling: Hashable, Sendable {
  /// What the way is called, for messages.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Every spelling that a search has to look for.
  ///
  /// - Parameter text: What must not be found; at least a dozen characters, so that nothing looks
  ///   like it by chance.
  /// - Returns: The spellings, each once.
  package static func all(of text: String) -> [Spelling] {
    let plain = Array(text.utf8)
    let wide = Array(text.utf16)
    let lower = plain.flatMap { hexadecimal($0) }
    var found = [
      Spelling(name: "UTF-8", bytes: plain),
      Spelling(name: "UTF-16LE", bytes: wide.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }),
      Spelling(name: "UTF-16BE", bytes: wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }),
      Spelling(name: "hexadecimal", bytes: lower),
      Spelling(name: "HEXADECIMAL", bytes: lower.map(uppercase)),
      Spelling(name: "percent", bytes: plain.flatMap(percent)),
      Spelling(name: "PERCENT", bytes: plain.flatMap(percent).map(uppercase)),
    ]
    let mixed = plain.flatMap { isUnreserved($0) ? [$0] : percent($0).map(uppercase) }
    if mixed != plain { found.append(Spelling(name: "percent where needed", bytes: mixed)) }
    for alignment in 0..<3 {
      let digits = base64(plain, alignment: alignment)
      found.append(Spelling(name: "base64 at \(alignment)", bytes: digits))
      let urlDigits = digits.map { $0 == 0x2b ? 0x2d : $0 == 0x2f ? 0x5f : $0 }
      if urlDigits != digits {
        found.append(Spelling(name: "base64url at \(alignment)", bytes: urlDigits))
      }
    }
    return found
  }

  /// The base64 digits that depend on the text alone, where so many bytes more than a multiple of
  /// three stand before it.
  private static func base64(_ plain: [UInt8], alignment: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padded = [UInt8](repeating: 0, count: alignment) + plain
    let first = (alignment * 8 + 5) / 6
    let end = padded.count * 8 / 6
    return (first..<end).map { digit in
      let bits = (0..<6).map { bit in
        let place = digit * 6 + bit
        return Int(padded[place / 8] >> (7 - UInt8(place % 8)) & 1)
      }
      return alphabet[bits.reduce(0) { $0 << 1 | $1 }]
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static func percent(_ byte: UInt8) -> [UInt8] { [UInt8(ascii: "%")] + hexadecimal(byte) }

  private static func uppercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": true
    default: false
    }
  }
}
