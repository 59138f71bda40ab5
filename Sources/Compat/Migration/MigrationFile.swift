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

  /// The key of a part of what undoes the change.
  func key(part: Int) -> CredentialRecord.Key {
    MigrationName(migration, .file(file, part: part)).key
  }
}

extension FileUndo {
  /// Puts all of it into a vault, in parts that the vault takes.
  borrowing func keep(
    in vault: inout OpenVault, _ file: MigrationFile, path: String, now: Int64
  ) throws(VaultError) {
    var start = 0
    var part = 0
    repeat {
      let end = min(start + SecretBytes.longestSecret, bytes.count)
      let record = CredentialRecord(
        key: file.key(part: part), spellings: [], isSecure: true, username: "", created: now,
        importedFrom: path)
      try vault.put(
        Credential(
          record: record, secret: try SecretBytes(copying: bytes.bytes.extracting(start..<end))))
      start = end
      part += 1
    } while start < bytes.count
  }

  /// What undoes the change of a file, put together from its parts; nil where there is none.
  static func find(
    _ file: MigrationFile, _ find: (CredentialRecord.Key) throws(VaultError) -> Credential?
  ) throws(VaultError) -> FileUndo? {
    var whole = try SecretBytes(copying: RawSpan())
    var part = 0
    while let credential = try find(file.key(part: part)) {
      whole = try SecretBytes(capacity: whole.count + credential.secret.count) {
        (output) throws(VaultError) in
        try output.append(contentsOf: whole.bytes)
        try output.append(contentsOf: credential.secret.bytes)
      }
      part += 1
    }
    return part == 0 ? nil : try FileUndo(whole)
  }
}
