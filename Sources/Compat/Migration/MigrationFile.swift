internal import SealedFormat
internal import Vault

/// A file that a migration has changed, as the vault remembers it.
struct MigrationFile: Equatable {
  /// The number of the migration.
  let migration: Int
  /// The number of the file in it.
  let file: Int
  /// The file's path.
  var path = ""
  /// When it was changed, in seconds since 1970.
  var created: Int64 = 0

  /// All that a vault remembers, the oldest first.
  static func all(in records: [CredentialRecord]) -> [MigrationFile] {
    records.compactMap { record in
      guard let name = MigrationName(record.key), case .file(let file, part: 0) = name.part
      else { return nil }
      return MigrationFile(
        migration: name.migration, file: file, path: record.importedFrom ?? "",
        created: record.created)
    }.sorted { ($0.migration, $0.file) < ($1.migration, $1.file) }
  }

  /// The path with all links on the way resolved, as they are now.
  var realPath: String { Path.resolved(path) ?? path }

  /// The name of a part of what undoes the change.
  func name(part: Int) -> String { MigrationName(migration, .file(file, part: part)).text }

  /// The key of a part of what undoes the change.
  func key(part: Int) -> CredentialRecord.Key { .migration(name(part: part)) }
}
