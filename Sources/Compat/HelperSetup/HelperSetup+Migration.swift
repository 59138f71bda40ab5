public import Vault

extension HelperSetup {
  /// The clients that ask the vault since a migration: by its own offer, or because they were told to
  /// by one of its files later on.
  ///
  /// - Parameters:
  ///   - migration: The number of the migration.
  ///   - paths: The files that it has changed.
  /// - Returns: The clients.
  /// - Throws: `damaged` where what was installed is not known.
  public func clients(
    since migration: Int, changing paths: [String]
  ) throws(VaultError) -> [HelperClient] {
    var clients: Set<HelperClient> = []
    for (path, record) in try journal.records() {
      let isLaterChange = paths.contains(path) ? try isAsLeft(path, record) : false
      guard record.migration == migration || isLaterChange else { continue }
      clients.formUnion(record.clients.compactMap { HelperClient(rawValue: $0) })
    }
    return HelperClient.allCases.filter(clients.contains)
  }

  private func isAsLeft(
    _ path: String, _ record: HelperJournal.Record
  ) throws(VaultError) -> Bool {
    guard let text = try? DockerConfiguration.file(path).readSecret() else { return false }
    return try text.hasDigest(record.digest)
  }
}
