import Compat
import FoundationEssentials
import SealedFormat
import Vault

/// What can be undone, and its undoing.
struct MigrationHistory {
  let session: Session
  let console: Console
  let prompter: VaultPrompter

  /// Prints one line for each file of each migration.
  func list(_ format: ListFormat) throws(VaultError) {
    let store = try prompter.openExisting()
    let setup = HelperFiles(session).setup
    var rows: [MigrationRow] = []
    for entry in try MigrationLog(store, in: session.environment).entries() {
      // What helper install has changed since, the undoing takes back first.
      let clients = try setup.clients(changing: [entry.path])
      rows.append(MigrationRow(entry, isOurChange: !clients.isEmpty))
    }
    try session.output.write(format.text(of: rows))
  }

  /// Gives the files of a migration back; nil takes the last.
  ///
  /// - Parameters:
  ///   - named: The files that the user named, which need no proof that this machine made the record.
  ///   - isConfirmed: Whether nothing is asked.
  func undo(_ number: Int?, named: [String], isConfirmed: Bool) throws(VaultError) {
    let store = try prompter.openExisting()
    let log = MigrationLog(store, in: session.environment)
    let entries = try log.entries()
    guard let number = number ?? entries.last?.migration else {
      throw VaultError(.notFound, "there is no migration to undo")
    }
    let setup = HelperFiles(session).setup
    let refusals = try log.refusals(of: number, setup)
    for refusal in refusals { console.warning(refusal.error.words(session.programName)) }
    if let first = refusals.first {
      throw VaultError(
        first.error.code, "migration \(number) is not undone, and no file was changed: see above")
    }
    try confirm(number, entries.filter { $0.migration == number }, named, isConfirmed)
    try giveBack(number, entries, log, setup)
  }

  private func giveBack(
    _ number: Int, _ entries: [MigrationLog.Entry], _ log: MigrationLog, _ setup: HelperSetup
  ) throws(VaultError) {
    // A file with the helper's change in it is not what the migration left. What was installed by hand is
    // installed again afterwards.
    let paths = entries.filter { $0.migration == number }.map(\.path)
    let changing = try setup.clients(changing: paths)
    let own = try setup.clients(of: number)
    let results: [MigrationLog.Result]
    do throws(VaultError) {
      try takeBack(changing, setup)
      results = try log.undo(number, entries)
    } catch {
      for client in changing { _ = try setup.install(client) }
      throw error
    }
    for client in changing where !own.contains(client) { _ = try setup.install(client) }
    var refused: VaultError?
    for result in results {
      if let error = result.error {
        console.warning(error.words(session.programName))
        refused = refused ?? error
      } else {
        console.info(
          "\(result.path) is as it was" + (result.isChanged ? " before the migration" : " already"))
        if let note = result.note { console.warning(note) }
      }
    }
    if let refused {
      throw VaultError(
        refused.code,
        "not every file was given back; migration \(number) stays in the list for the others")
    }
    // Only now: a client whose logins did not come back still asks the vault for them.
    try takeBack(own, setup)
    console.warning(
      "The secrets are in plaintext again. The vault keeps them too: forget one there with "
        + "'\(session.programName) registry logout --store sealed URI'")
  }

  /// Forgets how to undo a migration.
  func forget(_ number: Int) throws(VaultError) {
    let store = try prompter.openExisting()
    try MigrationLog(store, in: session.environment).forget(number)
    console.info("Migration \(number) can no longer be undone")
  }

  /// Who asks the vault is of no use to a file that has its logins again.
  private func takeBack(_ clients: [HelperClient], _ setup: HelperSetup) throws(VaultError) {
    for client in clients {
      for (path, outcome, note) in try setup.uninstall(client) where outcome != .unchanged {
        if case .failed(let code, let reason) = outcome { throw VaultError(code, reason) }
        console.info("\(client.rawValue): \(path) \(outcome.words)")
        if let note { console.warning(note) }
      }
    }
  }
}
