internal import SealedFormat
internal import Vault

/// Changes to a text, each at its place; every other byte stays as it is.
struct TextEdit {
  /// A part of new text.
  enum Piece {
    case text(String)
    /// Stands for the one secret that the edit is about.
    case secret
  }

  private struct Change {
    let range: Range<Int>
    var pieces: [Piece]
  }

  private var changes: [Change] = []

  /// Puts `pieces` in the place of a range, which may be empty.
  mutating func replace(_ range: Range<Int>, with pieces: [Piece]) {
    if range.isEmpty, let last = changes.lastIndex(where: { $0.range == range }) {
      changes[last].pieces += pieces  // one insertion after the other at one place
    } else {
      changes.append(Change(range: range, pieces: pieces))
    }
  }

  /// Makes the changed text.
  ///
  /// - Parameters:
  ///   - text: What the ranges count in.
  ///   - secret: What stands for `Piece.secret`.
  /// - Returns: The new text.
  /// - Throws: `internalFault` where memory is exhausted.
  func apply(to text: RawSpan, secret: RawSpan) throws(VaultError) -> SecretBytes {
    let ordered = changes.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    let added = changes.flatMap(\.pieces).reduce(0) { sum, piece in
      switch piece {
      case .text(let text): sum + text.utf8.count
      case .secret: sum + secret.byteCount
      }
    }
    return try SecretBytes(capacity: text.byteCount + added) { (output) throws(VaultError) in
      var offset = 0
      for change in ordered {
        // Changes that overlap would be a mistake of ours; the check after an edit finds it.
        let start = max(offset, change.range.lowerBound)
        try output.append(contentsOf: text.extracting(offset..<start))
        for piece in change.pieces {
          switch piece {
          case .text(let text): try output.append(text)
          case .secret: try output.append(contentsOf: secret)
          }
        }
        offset = max(offset, change.range.upperBound)
      }
      try output.append(contentsOf: text.extracting(offset..<text.byteCount))
    }
  }
}

extension TextEdit {
  /// Puts new lines after a line, in the file's own way of ending lines.
  ///
  /// - Parameters:
  ///   - newLines: The lines, without line ends.
  ///   - index: The line after which they go, counted from 0; nil for the beginning.
  ///   - lines: The lines of the text.
  ///   - lineEnd: How a line ends.
  mutating func insert(
    _ newLines: [[Piece]], after index: Int?, of lines: TextLines, lineEnd: String
  ) {
    let end = Piece.text(lineEnd)
    guard let index, lines.lines.indices.contains(index) else {
      replace(lines.markCount..<lines.markCount, with: newLines.flatMap { $0 + [end] })
      return
    }
    let line = lines.lines[index]
    replace(
      line.next..<line.next,
      with: newLines.flatMap { line.hasLineEnd ? $0 + [end] : [end] + $0 })
  }

  /// Takes lines away; where the last one has no line end, neither has the one that is then last.
  mutating func remove(_ range: ClosedRange<Int>, of lines: TextLines) {
    let first = lines.lines[range.lowerBound]
    let last = lines.lines[range.upperBound]
    let isUnended = !last.hasLineEnd && range.lowerBound > 0
    let start =
      isUnended
      ? lines.lines[range.lowerBound - 1].content.upperBound : first.content.lowerBound
    replace(start..<last.next, with: [])
  }
}
