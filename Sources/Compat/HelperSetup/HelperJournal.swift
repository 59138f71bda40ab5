internal import FoundationEssentials
internal import SealedFormat
internal import Vault

/// What was done to other programs' files, so that it can be undone byte for byte.
///
/// It holds no secret: of a file it keeps the place and text of our own change alone.
struct HelperJournal {
  /// What was done to one file.
  struct Record: Codable {
    /// For which clients.
    var clients: [String]
    /// Whether there was no such file before.
    let isOurs: Bool
    /// The folders that were made for it, the outermost first.
    let folders: [String]
    /// The helper that the file named before.
    let previous: String?
    /// Where the file was changed, as an offset in bytes.
    let offset: Int
    /// What stood there before, and since.
    let before: String
    let after: String
    /// The digest of the file as we left it.
    let digest: String
    /// The migration that offered it, where one did.
    var migration: Int?
  }

  /// Nil if there is no folder for it; then nothing is recorded, and so nothing may be changed.
  private let file: DurableFile?

  /// - Parameter folder: The folder of what this program remembers.
  init(folder: String?) {
    file = folder.map {
      DurableFile(path: $0 + "/helpers.json", owner: .vault, limit: 1024 * 1024)
    }
  }

  /// The record of a file, under whatever path it was kept.
  func record(of path: String) throws(VaultError) -> Record? {
    let records = try records()
    return Self.key(of: path, in: records).flatMap { records[$0] }
  }

  /// The records of all files, by their paths.
  func records() throws(VaultError) -> [String: Record] { try decode(try file?.read()) }

  /// Keeps the record of a file, or forgets it.
  func set(_ record: Record?, of path: String) throws(VaultError) {
    guard let file else {
      throw VaultError(
        .configuration,
        "what is done to \(path) could not be recorded, because neither HOME nor XDG_STATE_HOME is set"
      )
    }
    let update = try file.beginUpdate()
    var records = try decode(try update.read())
    if let known = Self.key(of: path, in: records) { records[known] = nil }
    records[Self.identity(path)] = record
    guard !records.isEmpty else { return try update.remove() }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(records) else {
      throw VaultError(.internalFault, "\(file.path) could not be written as JSON")
    }
    try update.replace(with: Array(text).bytes)
  }

  private static func key(of path: String, in records: [String: Record]) -> String? {
    let file = identity(path)
    return records.keys.first { identity($0) == file }
  }

  /// One path for each file, whatever links and dots are on the way.
  static func identity(_ path: String) -> String {
    Path.resolved(path) ?? Path.resolvingFolder(of: path)
  }

  private func decode(_ bytes: [UInt8]?) throws(VaultError) -> [String: Record] {
    guard let bytes, let file else { return [:] }
    guard let records = try? JSONDecoder().decode([String: Record].self, from: Data(bytes)) else {
      throw VaultError(
        .damaged,
        "\(file.path) is damaged: what was installed can no longer be undone byte for byte; remove "
          + "it to go on without")
    }
    return records
  }
}
