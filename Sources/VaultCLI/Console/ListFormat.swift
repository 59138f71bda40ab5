import ArgumentParser
import FoundationEssentials
import SealedFormat
import Vault

/// How a list is printed.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json

  /// A list as text.
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
    rows.isEmpty ? "[]\n" : try json(of: rows)
  }

  /// Anything as JSON.
  ///
  /// - Throws: `internalFault` where it cannot be encoded.
  func json(of value: some Encodable) throws(VaultError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? String(decoding: encoder.encode(value), as: UTF8.self) else {
      throw VaultError(.internalFault, "the result could not be written as JSON")
    }
    return text.hidingSecretsOfAddresses.escapingControlsInJSON + "\n"
  }
}
