package import SealedFormat
package import Vault

/// The migrations that a vault can undo.
package struct MigrationLog {
  /// What one migration did to one file.
  package struct Entry: Sendable {
    /// The number of the migration.
    package let migration: Int
    /// The file.
    package let path: String
    /// When it was changed, in seconds since 1970.
    package let created: Int64
    /// What the file is now.
    package let state: State
    let file: MigrationFile
  }

  /// What a file is now, as far as a migration goes.
  package enum State: Equatable, Sendable {
    /// As the migration left it: it can be undone.
    case migrated
    /// As it was before.
    case original
    /// Somebody has changed it since.
    case changed
    /// It is gone.
    case missing
    /// It cannot be read.
    case unreadable(reason: String)
  }

  /// What became of one file at an undoing.
  package struct Result: Sendable {
    /// The file.
    package let path: String
    /// Whether it was changed now; it may have been as before already.
    package let isChanged: Bool
    /// Why it was left as it is.
    package let error: VaultError?
    /// What the user should know about who may use the file now.
    package let note: String?
  }

  /// One line for each file of each migration, the oldest first.
  ///
  /// - Parameter vault: The open vault.
  /// - Returns: The lines.
  /// - Throws: `damaged` where the vault holds what this program does not write.
  package static func entries(
    in vault: VaultStore
  ) throws(VaultError) -> [Entry] {
    var entries: [Entry] = []
    for file in MigrationFile.all(in: try vault.records) {
      guard let undo = try undo(of: file, in: vault) else { continue }
      entries.append(
        Entry(
          migration: file.migration, path: file.path, created: file.created,
          state: try state(of: file, undo), file: file))
    }
    return entries
  }

  private static func undo(
    of file: MigrationFile, in vault: VaultStore
  ) throws(VaultError) -> FileUndo? {
    try FileUndo.find(file) { (key) throws(VaultError) in try vault.find(key) }
  }

  private static func state(
    of file: MigrationFile, _ undo: borrowing FileUndo
  ) throws(VaultError) -> State {
    let durable = PlaintextPlace.file(file.path)
    do throws(VaultError) {
      guard let text = try durable.readSecret() else { return .missing }
      if try text.hasDigest(undo.after) { return .migrated }
      return try text.hasDigest(undo.before) ? .original : .changed
    } catch {
      return .unreadable(reason: error.message)
    }
  }

  /// Why files of a migration cannot be given back; empty if all of them can.
  ///
  /// A file that holds nothing new but the helper's own change can be, once that is taken back.
  package static func refusals(
    of migration: Int, in vault: VaultStore, _ setup: HelperSetup
  ) throws(VaultError) -> [Exposures.Refusal] {
    var refusals: [Exposures.Refusal] = []
    for entry in try entries(in: vault) where entry.migration == migration {
      var state = entry.state
      if state == .changed, let undo = try undo(of: entry.file, in: vault),
        let text = try setup.textWithoutChange(of: entry.path), try text.hasDigest(undo.after)
      {
        state = .migrated
      }
      if let error = refusal(state, entry.path) {
        refusals.append(Exposures.Refusal(path: entry.path, error: error))
      }
    }
    return refusals
  }

  private static func refusal(_ state: State, _ path: String) -> VaultError? {
    switch state {
    case .migrated, .original: nil
    case .changed:
      VaultError(
        .damaged,
        "\(path) was changed since it was migrated, so it stays as it is; its logins are in the vault",
        remedy: .exportLogins)
    case .missing:
      VaultError(
        .damaged,
        "\(path) is gone, and only what was taken out of it is kept: put it back as the migration left "
          + "it, or log in to that program again", remedy: .readSecret)
    case .unreadable(let reason): VaultError(.unavailable, reason)
    }
  }

  // MARK: Undoing

  /// Gives the files of a migration back as they were, byte for byte.
  ///
  /// A file that was changed since stays as it is, and so does what the vault knows of it. What the
  /// migration has put into the vault stays there; what it has replaced in the vault comes back.
  ///
  /// - Parameters:
  ///   - migration: The number of the migration.
  ///   - vault: The open vault.
  /// - Returns: What became of each file.
  /// - Throws: `notFound` where there is no such migration, and what writing the vault throws.
  package static func undo(
    _ migration: Int, in vault: VaultStore
  ) throws(VaultError) -> [Result] {
    let files = MigrationFile.all(in: try vault.records).filter { $0.migration == migration }
    guard !files.isEmpty else { throw unknown(migration) }
    var results: [Result] = []
    var done: [Int] = []
    for file in files {
      do throws(VaultError) {
        var note: String?
        let isChanged = try restore(file, from: vault, &note)
        done.append(file.file)
        results.append(Result(path: file.path, isChanged: isChanged, error: nil, note: note))
      } catch {
        results.append(Result(path: file.path, isChanged: false, error: error, note: nil))
      }
    }
    let isWhole = done.count == files.count
    try vault.change { (vault) throws(VaultError) in
      for record in try vault.records {
        guard let name = MigrationName(record.key), name.migration == migration else { continue }
        switch name.part {
        case .file(let file, _):
          if done.contains(file) { _ = try vault.remove(record.key) }
        case .replaced: continue
        }
      }
      if isWhole { try giveBack(migration, from: files[0].created, in: &vault) }
      return true
    }
    return results
  }

  /// Forgets how to undo a migration, and with it the secrets that only it still holds.
  ///
  /// - Parameters:
  ///   - migration: The number of the migration.
  ///   - vault: The open vault.
  /// - Throws: `notFound` where there is no such migration, and what writing the vault throws.
  package static func forget(
    _ migration: Int, in vault: VaultStore
  ) throws(VaultError) {
    var count = 0
    try vault.change { (vault) throws(VaultError) in
      for record in try vault.records where MigrationName(record.key)?.migration == migration {
        if try vault.remove(record.key) { count += 1 }
      }
      return count > 0
    }
    guard count > 0 else { throw unknown(migration) }
  }

  private static func unknown(_ migration: Int) -> VaultError {
    VaultError(.notFound, "the vault knows of no migration \(migration)")
  }

  /// Puts back what a migration has set aside in the vault.
  ///
  /// If a later migration has set the same login aside once more, it goes there, so that undoing that one
  /// brings it back.
  static func giveBack(
    _ migration: Int, from time: Int64, in vault: inout OpenVault
  ) throws(VaultError) {
    let names = try vault.records.compactMap { MigrationName($0.key) }
    for name in names where name.migration == migration {
      guard case .replaced(let key) = name.part else { continue }
      let later = names.filter {
        guard case .replaced(key) = $0.part else { return false }
        return $0.migration > migration
      }.min { $0.migration < $1.migration }
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
    let kept = try vault.records.first { $0.key == key }
    return kept == nil || (kept?.created == time && kept?.importedFrom != nil)
  }

  /// - Returns: Whether the file was changed; it may have been as before already.
  private static func restore(
    _ file: MigrationFile, from vault: VaultStore, _ note: inout String?
  ) throws(VaultError) -> Bool {
    let durable = PlaintextPlace.file(file.path)
    guard try durable.readSecret() != nil else {
      throw refusal(.missing, file.path) ?? unknown(file.migration)
    }
    let update = try durable.beginUpdate()
    guard let undo = try undo(of: file, in: vault), let text = try update.readSecret() else {
      throw VaultError(.unavailable, "\(file.path) was removed meanwhile: try again")
    }
    if try text.hasDigest(undo.before) { return false }
    guard try text.hasDigest(undo.after) else {
      throw refusal(.changed, file.path) ?? unknown(file.migration)
    }
    let original = try undo.restored(from: text)
    note = try update.replaceKeepingAccess(with: original.bytes)
    return true
  }
}

extension FileUndo {
  /// The file as it was, from the file as the migration left it.
  borrowing func restored(from edited: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    try restored(from: edited.bytes)
  }
}
