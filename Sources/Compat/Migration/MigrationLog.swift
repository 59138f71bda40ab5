package import SealedFormat
package import Vault

/// The migrations that a vault can undo.
package struct MigrationLog {
  /// What one migration did to one file.
  package struct Entry: Sendable {
    /// The number of the migration.
    package let migration: Int
    package let path: String
    /// The path with all links on the way resolved, as they are now.
    package let realPath: String
    /// When it was changed, in seconds since 1970.
    package let created: Int64
    package let state: State
    /// Whether this machine made the record, for this very file.
    package let isOurs: Bool
    let file: MigrationFile
  }

  /// What a file is now, as far as a migration goes.
  package enum State: Equatable, Sendable {
    /// As the migration left it: it can be undone.
    case migrated
    /// As it was before.
    case original
    /// Another program or the user has changed it since.
    case changed
    case missing
    /// It cannot be read.
    case unreadable(reason: String)
  }

  let store: VaultStore
  let keys: MigrationKeys
  let environment: Environment

  package init(_ store: VaultStore, in environment: Environment) {
    self.store = store
    self.environment = environment
    keys = MigrationKeys(of: store, in: environment)
  }

  /// One line for each file of each migration, the oldest first.
  ///
  /// - Throws: `damaged` if the vault holds what this program does not write.
  package func entries() throws(VaultError) -> [Entry] {
    var entries: [Entry] = []
    for file in MigrationFile.all(in: try store.records) {
      guard let kept = try kept(of: file) else { continue }
      entries.append(
        Entry(
          migration: file.migration, path: file.path, realPath: file.realPath,
          created: file.created, state: try state(of: kept), isOurs: try kept.isOurs(keys),
          file: file))
    }
    return entries
  }

  func kept(of file: MigrationFile) throws(VaultError) -> KeptUndo? {
    try KeptUndo.find(file) { (key) throws(VaultError) in try store.find(key) }
  }

  private func state(of kept: borrowing KeptUndo) throws(VaultError) -> State {
    let path = kept.file.path
    // A migration names no other files; the vault may be another program's work.
    guard path.hasPrefix("/"), PlaintextPlace.canBeReplaced(path) else {
      return .unreadable(
        reason: "\(path.escapingControls) is not a file that can be edited, so it stays as it is")
    }
    do throws(VaultError) {
      guard let text = try PlaintextPlace.file(path).readSecret() else { return .missing }
      if try text.hasDigest(kept.undo.after) { return .migrated }
      return try text.hasDigest(kept.undo.before) ? .original : .changed
    } catch {
      return .unreadable(reason: error.message)
    }
  }

  /// Why files of a migration cannot be given back; empty if all of them can.
  ///
  /// A file that holds nothing new but the helper's own change can be, once that is taken back.
  package func refusals(
    of migration: Int, _ setup: HelperSetup
  ) throws(VaultError) -> [Exposures.Refusal] {
    var refusals: [Exposures.Refusal] = []
    for entry in try entries() where entry.migration == migration {
      do throws(VaultError) { try check(entry, setup) } catch {
        refusals.append(Exposures.Refusal(path: entry.path, error: error))
      }
    }
    return refusals
  }

  private func check(_ entry: Entry, _ setup: HelperSetup) throws(VaultError) {
    guard let kept = try kept(of: entry.file) else { return }
    switch entry.state {
    case .original: return
    case .migrated:
      if let text = try PlaintextPlace.file(entry.path).readSecret() {
        _ = try kept.restored(from: text, in: environment)
      }
    case .changed:
      guard let text = try setup.textWithoutChange(of: entry.path),
        try text.hasDigest(kept.undo.after)
      else { throw Self.refusal(.changed, entry.path) }
      _ = try kept.restored(from: text, in: environment)
    case .missing, .unreadable: throw Self.refusal(entry.state, entry.path)
    }
  }

  /// Why a file in a state that is not the one of the migration is not given back.
  static func refusal(_ state: State, _ path: String) -> VaultError {
    switch state {
    case .unreadable(let reason): VaultError(.unavailable, reason)
    case .missing:
      VaultError(
        .damaged,
        "\(path) is gone, and only what was taken out of it is kept: put it back as the migration left "
          + "it, or log in to that program again", remedy: .readSecret)
    case .changed, .migrated, .original:
      VaultError(
        .damaged,
        "\(path) was changed since it was migrated, so it stays as it is; its logins are in the vault",
        remedy: .exportLogins)
    }
  }
}
