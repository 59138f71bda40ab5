import ArgumentParser
import FoundationEssentials
import SealedFormat
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
      return Table.text([header] + rows.map { $0.cells(isLong: isLong) })
    case .json:
      return try json(rows)
    }
  }

  /// Any other list.
  ///
  /// - Throws: `internalFault` where it cannot be encoded.
  func text<Row: TableRow & Encodable>(of rows: [Row]) throws(VaultError) -> String {
    switch self {
    case .table: Table.text([Row.header] + rows.map(\.cells))
    case .json: try json(rows)
    }
  }

  /// A list as JSON.
  ///
  /// - Throws: `internalFault` where it cannot be encoded.
  func json(_ rows: [some Encodable]) throws(VaultError) -> String {
    guard !rows.isEmpty else { return "[]\n" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? String(decoding: encoder.encode(rows), as: UTF8.self) else {
      throw VaultError(.internalFault, "the list could not be written as JSON")
    }
    return text + "\n"
  }
}

/// A line of a table.
protocol TableRow {
  static var header: [String] { get }
  var cells: [String] { get }
}
