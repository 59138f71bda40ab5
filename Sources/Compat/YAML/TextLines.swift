internal import SealedFormat

/// Where the lines of a text begin and end, counted as YAML 1.1 counts them.
struct TextLines {
  /// One line: its content, and where the next one begins.
  struct Line {
    /// The bytes without the line end.
    let content: Range<Int>
    /// The offset after the line end, or the end of the content if there is no line end.
    let next: Int

    var hasLineEnd: Bool { next > content.upperBound }
  }

  /// All lines; a line end at the very end of the text does not begin another one.
  let lines: [Line]
  /// The number of bytes of a byte order mark, which is not part of the first line.
  let markCount: Int

  init(_ text: RawSpan) {
    let hasMark =
      text.byteCount >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf
    markCount = hasMark ? 3 : 0
    var lines: [Line] = []
    var start = markCount
    var offset = start
    while offset < text.byteCount {
      let length = Self.lineEndLength(text, at: offset)
      guard length > 0 else {
        offset += 1
        continue
      }
      lines.append(Line(content: start..<offset, next: offset + length))
      offset += length
      start = offset
    }
    if start < offset { lines.append(Line(content: start..<offset, next: offset)) }
    self.lines = lines
  }

  /// The line of an offset, counted from 0.
  func line(of offset: Int) -> Int {
    lines.firstIndex { offset < $0.next } ?? max(lines.count - 1, 0)
  }

  /// YAML 1.1, and with it the libraries, break lines also at NEL, LS and PS.
  private static func lineEndLength(_ text: RawSpan, at offset: Int) -> Int {
    func byte(_ distance: Int) -> UInt8 {
      offset + distance < text.byteCount ? text[offset + distance] : 0
    }
    return switch (byte(0), byte(1), byte(2)) {
    case (0x0d, 0x0a, _): 2
    case (0x0d, _, _), (0x0a, _, _): 1
    case (0xc2, 0x85, _): 2
    case (0xe2, 0x80, 0xa8), (0xe2, 0x80, 0xa9): 3
    default: 0
    }
  }
}
