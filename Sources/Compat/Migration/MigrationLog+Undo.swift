package import SealedFormat
internal import Vault

extension MigrationLog {
  /// What became of one file at an undoing.
  package struct Result: Sendable {
    package let path: String
    /// Whether it was changed now; it may have been as before already.
    package let isChanged: Bool
    /// Why it was left as it is.
    package let error: VaultError?
    /// What the user should know about who may use the file now.
    package let note: String?
  }

  /// Gives the files of a migration back as they were, byte for byte.
  ///
  /// A file that was changed since stays as it is, and so does what the vault knows of it. What the
  /// migration has put into the vault stays there; what it has replaced in the vault comes back.
  ///
  /// - Parameter entries: What was looked at and confirmed; a path may lead elsewhere by now, so the file that
  ///   it led to then is written.
  /// - Throws: `notFound` if there is no such migration, and what writing the vault throws.
  package func undo(_ migration: Int, _ entries: [Entry]) throws(VaultError) -> [Result] {
    let files = entries.filter { $0.migration == migration }
    guard !files.isEmpty else { throw Self.unknown(migration) }
    var results: [Result] = []
    var done: [Int] = []
    for file in files {
      do throws(VaultError) {
        var note: String?
        let isChanged = try restore(file, &note)
        done.append(file.file.file)
        results.append(Result(path: file.path, isChanged: isChanged, error: nil, note: note))
      } catch {
        results.append(Result(path: file.path, isChanged: false, error: error, note: nil))
      }
    }
    var isWhole = false
    try store.change { (vault) throws(VaultError) in
      for record in try vault.records {
        guard let name = MigrationName(record.key), name.migration == migration else { continue }
        switch name.part {
        case .file(let file, _):
          if done.contains(file) { _ = try vault.remove(record.key) }
        case .replaced: continue
        }
      }
      isWhole = !MigrationFile.all(in: try vault.records).contains { $0.migration == migration }
      if isWhole { try Self.giveBack(migration, from: files[0].created, in: &vault) }
      return true
    }
    if isWhole { keys.remove(migration) }
    return results
  }

  /// Forgets how to undo a migration, and with it the secrets that only it still holds.
  ///
  /// - Throws: `notFound` if there is no such migration, and what writing the vault throws.
  package func forget(_ migration: Int) throws(VaultError) {
    var count = 0
    try store.change { (vault) throws(VaultError) in
      for record in try vault.records where MigrationName(record.key)?.migration == migration {
        if try vault.remove(record.key) { count += 1 }
      }
      return count > 0
    }
    guard count > 0 else { throw Self.unknown(migration) }
    keys.remove(migration)
  }

  private static func unknown(_ migration: Int) -> VaultError {
    VaultError(.notFound, "the vault knows of no migration \(migration)")
  }

  /// - Returns: Whether the file was changed; it may have been as before already.
  private func restore(_ entry: Entry, _ note: inout String?) throws(VaultError) -> Bool {
    let file = entry.file
    let durable = PlaintextPlace.file(entry.realPath)
    guard try durable.readSecret() != nil else { throw Self.refusal(.missing, file.path) }
    let update = try durable.beginUpdate()
    guard let kept = try kept(of: file), let text = try update.readSecret() else {
      throw VaultError(.unavailable, "\(file.path) was removed meanwhile: try again")
    }
    if try text.hasDigest(kept.undo.before) { return false }
    guard try text.hasDigest(kept.undo.after) else { throw Self.refusal(.changed, file.path) }
    let original = try kept.restored(from: text, in: environment)
    note = try update.replaceKeepingAccess(with: original.bytes)
    return true
  }

  // MARK: What the vault had

  /// Puts back what a migration has set aside in the vault.
  ///
  /// If a later migration has set the same login aside once more, it goes there, so that undoing that one
  /// brings it back.
  static func giveBack(
    _ migration: Int, from time: Int64, in vault: inout OpenVault
  ) throws(VaultError) {
    var replaced: [CredentialRecord.Key: [MigrationName]] = [:]
    for name in try vault.records.compactMap({ MigrationName($0.key) }) {
      if case .replaced(let key) = name.part { replaced[key, default: []].append(name) }
    }
    for (key, names) in replaced {
      guard let name = names.first(where: { $0.migration == migration }) else { continue }
      let later = names.filter { $0.migration > migration }
        .min { $0.migration < $1.migration }
      let place = later?.key ?? key
      if try isFromMigration(place, at: time, in: vault) {
        _ = try vault.rename(name.key, to: place)
      } else {
        _ = try vault.remove(name.key)  // the user has logged in again since
      }
    }
  }

  private static func isFromMigration(
    _ key: CredentialRecord.Key, at time: Int64, in vault: borrowing OpenVault
  ) throws(VaultError) -> Bool {
    let kept = try vault.record(key)
    return kept == nil || (kept?.created == time && kept?.importedFrom != nil)
  }
}

extension FileUndo {
  /// The file as it was, from the file as the migration left it.
  borrowing func restored(from edited: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    try restored(from: edited.bytes)
  }
}
