import SealedFormat

/// Tables for people.
enum Table {
  /// A blank line, then columns as wide as their widest cell, two spaces apart; the last one is not
  /// padded.
  static func text(_ lines: [[String]]) -> String {
    let lines = lines.map { $0.map(\.shown) }
    var widths: [Int] = []
    for line in lines {
      for (column, cell) in line.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.width)
      }
    }
    var text = "\n"
    for line in lines {
      for (column, cell) in line.dropLast().enumerated() {
        text += cell + String(repeating: " ", count: widths[column] + 2 - cell.width)
      }
      text += (line.last ?? "") + "\n"
    }
    return text
  }
}

extension String {
  /// How many columns it takes; counting the characters of ASCII alone needs no rules of Unicode.
  fileprivate var width: Int {
    utf8.allSatisfy { (0x20..<0x7f).contains($0) } ? utf8.count : count
  }
}
