internal import SealedFormat
internal import Vault

/// A scalar as it stands in the file, on one line: where it is, and where its content is.
struct ScalarToken {
  /// All of it, with its quotes.
  let range: Range<Int>
  /// The content, which is the value itself as long as `hasEscapes` is false.
  let content: Range<Int>
  /// Whether it has no quotes.
  let isPlain: Bool
  /// Whether it is quoted and something in it stands for something else.
  let hasEscapes: Bool

  /// Reads the scalar that begins at `offset`; nil for what is anchored, an alias, tagged, a block
  /// scalar or not closed on its line.
  ///
  /// - Parameters:
  ///   - offset: Where the scalar begins.
  ///   - end: Where its line ends.
  ///   - text: The whole text.
  ///   - isInFlow: Whether it stands inside `{…}` or `[…]`.
  init?(at offset: Int, to end: Int, of text: RawSpan, isInFlow: Bool) {
    guard offset < end else {
      self.init(range: offset..<offset, content: offset..<offset, isPlain: true, hasEscapes: false)
      return
    }
    switch text[offset] {
    case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
      UInt8(ascii: ">"):
      return nil
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      self.init(quotedAt: offset, to: end, of: text)
    default:
      self.init(plainAt: offset, to: end, of: text, isInFlow: isInFlow)
    }
  }

  private init(range: Range<Int>, content: Range<Int>, isPlain: Bool, hasEscapes: Bool) {
    self.range = range
    self.content = content
    self.isPlain = isPlain
    self.hasEscapes = hasEscapes
  }

  private init?(quotedAt offset: Int, to end: Int, of text: RawSpan) {
    let quote = text[offset]
    let isDouble = quote == UInt8(ascii: "\"")
    var hasEscapes = false
    var last = offset + 1
    while last < end {
      if isDouble, text[last] == UInt8(ascii: "\\") {
        hasEscapes = true
        last += 2
      } else if text[last] == quote {
        guard !isDouble, last + 1 < end, text[last + 1] == quote else {
          self.init(
            range: offset..<(last + 1), content: (offset + 1)..<last, isPlain: false,
            hasEscapes: hasEscapes)
          return
        }
        hasEscapes = true
        last += 2
      } else {
        last += 1
      }
    }
    return nil
  }

  private init(plainAt offset: Int, to end: Int, of text: RawSpan, isInFlow: Bool) {
    var last = offset
    while last < end {
      let byte = text[last]
      if byte == UInt8(ascii: "#"), last == offset || " \t".utf8.contains(text[last - 1]) { break }
      if isInFlow, ",[]{}".utf8.contains(byte) { break }
      last += 1
    }
    while last > offset, " \t".utf8.contains(text[last - 1]) { last -= 1 }
    self.init(range: offset..<last, content: offset..<last, isPlain: true, hasEscapes: false)
  }
}
