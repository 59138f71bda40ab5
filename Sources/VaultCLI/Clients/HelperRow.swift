import SealedFormat

/// A line of `helper status`; encoded as JSON, the documented shape.
struct HelperRow: Encodable, TableRow {
  let client: String
  let file: String
  let state: String

  static let header = ["CLIENT", "STATE", "FILE"]
  var cells: [String] { [client, state, file] }
}
