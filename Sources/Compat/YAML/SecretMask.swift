internal import SealedFormat
internal import Vault

/// Writes over the values of `Auth` and `Token` keys, so that a library may see a file's layout
/// without its secrets.
///
/// Characters that mean something to YAML stay, so the masked text has the same structure, and every
/// byte keeps its place.
struct SecretMask {
  /// What stands for every masked byte.
  private static let filler = UInt8(ascii: "n")
  private static let keys = ["Auth", "Token"]

  /// The text from its first line on, without a byte order mark, secrets masked.
  static func masking(_ text: RawSpan, _ lines: TextLines) -> [UInt8] {
    var masked: [UInt8] = []
    masked.reserveCapacity(text.byteCount)
    for line in lines.lines {
      var offset = line.content.lowerBound
      for secret in secretRanges(in: line.content, of: text) {
        masked += (offset..<secret.lowerBound).lazy.map { text[$0] }
        masked += secret.lazy.map { mask(text[$0]) }
        offset = secret.upperBound
      }
      masked += (offset..<line.next).lazy.map { text[$0] }
    }
    return masked
  }

  /// Whether `text` is how the secret `bytes` look when masked.
  static func matches(_ text: String, _ bytes: RawSpan) -> Bool {
    text.utf8.count == bytes.byteCount
      && text.utf8.enumerated().allSatisfy { $0.element == mask(bytes[$0.offset]) }
  }

  private static func mask(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0...0x20, 0x7f...: byte
    case let byte where ",[]{}#&*!|>'\"%@`:-?\\".utf8.contains(byte): byte
    default: filler
    }
  }

  /// What follows each `Auth:` or `Token:` on one line.
  private static func secretRanges(in line: Range<Int>, of text: RawSpan) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var offset = line.lowerBound
    while offset < line.upperBound {
      guard let value = valueStart(afterKeyAt: offset, in: line, of: text) else {
        offset += 1
        continue
      }
      let isFirst = (line.lowerBound..<offset).allSatisfy { " \t-?\"'".utf8.contains(text[$0]) }
      let range = valueRange(from: value, to: line.upperBound, of: text, isAlone: isFirst)
      ranges.append(range)
      offset = max(range.upperBound, offset + 1)
    }
    return ranges
  }

  private static func valueStart(
    afterKeyAt offset: Int, in line: Range<Int>, of text: RawSpan
  ) -> Int? {
    if offset > line.lowerBound, isWordByte(text[offset - 1]) { return nil }
    for key in keys where offset + key.utf8.count <= line.upperBound {
      var end = offset
      guard
        key.utf8.allSatisfy({ byte in
          defer { end += 1 }
          return text[end] == byte
        })
      else { continue }
      if end < line.upperBound, "\"'".utf8.contains(text[end]) { end += 1 }
      while end < line.upperBound, " \t".utf8.contains(text[end]) { end += 1 }
      if end < line.upperBound, text[end] == UInt8(ascii: ":") { return end + 1 }
    }
    return nil
  }

  /// The rest of the line where the key is alone on it; else up to what ends a value inside `{…}`.
  private static func valueRange(
    from start: Int, to end: Int, of text: RawSpan, isAlone: Bool
  ) -> Range<Int> {
    var first = start
    while first < end, " \t".utf8.contains(text[first]) { first += 1 }
    guard first < end else { return start..<end }
    // A mapping or list is no secret, but may hold one further on: a remote can be named "Token".
    guard !"{[".utf8.contains(text[first]) else { return start..<first }
    guard !isAlone else { return start..<end }
    let quote = "\"'".utf8.contains(text[first]) ? text[first] : nil
    var last = first + 1
    while last < end {
      if let quote, text[last] == quote { break }
      if quote == nil, ",}]".utf8.contains(text[last]) { break }
      last += 1
    }
    return start..<last
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default:
      false
    }
  }
}
