internal import SealedFormat

/// Covers the values of `Auth` and `Token` keys, so that a library sees a file's layout without its
/// secrets.
///
/// It is made before the structure is known and covers what may be a secret. Characters that YAML
/// gives a meaning stay, so the masked text has the same structure, and every byte keeps its place.
struct SecretMask {
  /// What stands for every covered byte.
  private static let filler = UInt8(ascii: "n")
  private static let keys = ["Auth", "Token"]

  /// The covered ranges, in order.
  private var ranges: [Range<Int>] = []

  init(_ text: RawSpan, _ lines: TextLines) {
    for line in lines.lines { ranges += Self.secretRanges(in: line.content, of: text) }
  }

  /// The text from an offset on, secrets masked.
  func masking(_ text: RawSpan, from start: Int) -> [UInt8] {
    var masked: [UInt8] = []
    masked.reserveCapacity(text.byteCount)
    var offset = start
    for range in ranges {
      masked += (offset..<range.lowerBound).lazy.map { text[$0] }
      masked += range.lazy.map { Self.mask(text[$0]) }
      offset = range.upperBound
    }
    masked += (offset..<text.byteCount).lazy.map { text[$0] }
    return masked
  }

  /// Takes the cover away from some ranges, which are in order.
  ///
  /// Returns whether one of them was covered.
  mutating func uncover(_ others: [Range<Int>]) -> Bool {
    var left: [Range<Int>] = []
    var isChanged = false
    var next = 0
    for range in ranges {
      var start = range.lowerBound
      while next < others.count, others[next].upperBound <= start { next += 1 }
      var index = next
      while index < others.count, others[index].lowerBound < range.upperBound {
        let shown = others[index].clamped(to: start..<range.upperBound)
        if !shown.isEmpty {
          isChanged = true
          if start < shown.lowerBound { left.append(start..<shown.lowerBound) }
          start = shown.upperBound
        }
        index += 1
      }
      if start < range.upperBound { left.append(start..<range.upperBound) }
    }
    ranges = left
    return isChanged
  }

  /// Whether `text` is how the secret `bytes` look when masked.
  static func matches(_ text: ByteText, _ bytes: RawSpan) -> Bool {
    text.bytes.count == bytes.byteCount
      && text.bytes.indices.allSatisfy { text.bytes[$0] == mask(bytes[$0]) }
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
    let first = line.first { !" \t-?\"'".utf8.contains(text[$0]) } ?? line.upperBound
    var offset = line.lowerBound
    while offset < line.upperBound {
      guard let value = valueStart(afterKeyAt: offset, in: line, of: text) else {
        offset += 1
        continue
      }
      let range = valueRange(
        from: value, to: line.upperBound, of: text, isAlone: offset <= first)
      if !range.isEmpty { ranges.append(range) }
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

  /// The rest of the line if the key is alone on it; otherwise up to what ends a value inside `{…}`.
  private static func valueRange(
    from start: Int, to end: Int, of text: RawSpan, isAlone: Bool
  ) -> Range<Int> {
    var first = start
    while first < end, " \t".utf8.contains(text[first]) { first += 1 }
    guard first < end else { return start..<end }
    // A mapping or list is not a secret, but may contain one: a remote can be named "Token".
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
