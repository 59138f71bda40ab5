import Compat
import FoundationEssentials

/// A line of `migrate --list`; encoded as JSON, the documented shape.
struct MigrationRow: Encodable, TableRow {
  let migration: Int
  let time: String
  let state: String
  let file: String

  init(_ entry: MigrationLog.Entry, isOurChange: Bool) {
    migration = entry.migration
    time = Date(timeIntervalSince1970: TimeInterval(entry.created)).formatted(.iso8601)
    state =
      switch entry.state {
      case .migrated: "migrated"
      case .original: "as before"
      case .changed: isOurChange ? "migrated" : "changed since"
      case .missing: "gone"
      case .unreadable(let reason): "unreadable: \(reason)"
      }
    file = entry.path
  }

  static let header = ["MIGRATION", "TIME", "STATE", "FILE"]
  var cells: [String] { [String(migration), time, state, file] }
}
