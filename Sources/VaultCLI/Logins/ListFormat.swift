import ArgumentParser
import FoundationEssentials
import Vault

/// How a list of logins is printed.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json

  /// The whole list as text.
  ///
  /// - Parameters:
  ///   - rows: The lines.
  ///   - isLong: Whether the table has the further columns; JSON always has all members.
  /// - Returns: The text, with its last line end.
  /// - Throws: `internalFault` where it cannot be encoded.
  func text(of rows: [LoginRow], isLong: Bool) throws(VaultError) -> String {
    switch self {
    case .table:
      let header = ["URI", "SECURE?"] + (isLong ? ["USER", "STORE", "EXPIRES", "VERIFIED"] : [])
      return Self.table([header] + rows.map { $0.cells(isLong: isLong) })
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      guard let text = try? String(decoding: encoder.encode(rows), as: UTF8.self) else {
        throw VaultError(.internalFault, "the list could not be written as JSON")
      }
      return text + "\n"
    }
  }

  /// A blank line, then columns as wide as their widest cell, two spaces apart; the last one is not
  /// padded.
  private static func table(_ lines: [[String]]) -> String {
    var widths: [Int] = []
    for line in lines {
      for (column, cell) in line.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    var text = "\n"
    for line in lines {
      for (column, cell) in line.dropLast().enumerated() {
        text += cell + String(repeating: " ", count: widths[column] + 2 - cell.count)
      }
      text += (line.last ?? "") + "\n"
    }
    return text
  }
}
