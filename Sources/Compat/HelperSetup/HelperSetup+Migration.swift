package import SealedFormat
internal import Vault

extension HelperSetup {
  /// The clients that were told to ask the vault by a change of one of these files, where every such
  /// file is still as that change has left it.
  ///
  /// - Parameter paths: The files.
  /// - Returns: The clients.
  /// - Throws: `damaged` where what was installed is not known.
  package func clients(changing paths: [String]) throws(VaultError) -> [HelperClient] {
    var clients: Set<HelperClient> = []
    var others: Set<HelperClient> = []
    let files = Set(paths.map(HelperJournal.identity))
    for (path, record) in try journal.records() where files.contains(HelperJournal.identity(path)) {
      let names = record.clients.compactMap { HelperClient(rawValue: $0) }
      if try isAsLeft(path, record) { clients.formUnion(names) } else { others.formUnion(names) }
    }
    return HelperClient.allCases.filter { clients.contains($0) && !others.contains($0) }
  }

  /// The clients that a migration itself has told to ask the vault.
  ///
  /// - Parameter migration: The number of the migration.
  /// - Returns: The clients.
  /// - Throws: `damaged` where what was installed is not known.
  package func clients(of migration: Int) throws(VaultError) -> [HelperClient] {
    var clients: Set<HelperClient> = []
    for record in try journal.records().values where record.migration == migration {
      clients.formUnion(record.clients.compactMap { HelperClient(rawValue: $0) })
    }
    return HelperClient.allCases.filter(clients.contains)
  }

  /// A file without our own change in it; nil if there is none, or it was changed since.
  func textWithoutChange(of path: String) throws(VaultError) -> SecretBytes? {
    guard let record = try journal.record(of: path), !record.isOurs,
      let text = try? DockerConfiguration.file(path).readSecret(),
      try text.hasDigest(record.digest)
    else { return nil }
    return try Splice(record).reversed(in: text.bytes)
  }

  private func isAsLeft(
    _ path: String, _ record: HelperJournal.Record
  ) throws(VaultError) -> Bool {
    guard let text = try? DockerConfiguration.file(path).readSecret() else { return false }
    return try text.hasDigest(record.digest)
  }
}
