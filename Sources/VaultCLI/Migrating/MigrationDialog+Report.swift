import Compat
import SealedFormat
import Vault

extension MigrationDialog {
  /// Reports what became of the files, and what is left to do.
  ///
  /// - Parameter logins: Those that were decided.
  func tell(
    _ number: Int, _ results: [Migration.Result], _ logins: [MigrationPlan.Login]
  ) throws(VaultError) {
    for result in results {
      if let error = result.error {
        console.warning(error.words(session.programName))
      } else {
        console.info(
          "\(result.path): \(result.count == 1 ? "a secret is" : "\(result.count) secrets are") in "
            + "the vault and no longer there")
      }
    }
    let done = results.filter { $0.error == nil }
    guard !done.isEmpty else { return }
    console.info(
      "This is migration \(number); '\(session.programName) migrate --undo \(number)' restores the files"
    )
    for result in done {
      if let note = result.note { console.warning(note) }
      for residue in result.residue { console.warning(residue.words(result.path)) }
    }
    let changed = Set(done.map(\.path))
    let taken = logins.filter { $0.places.contains { changed.contains($0.path) } }
    tellUnasked(taken)
    try tellRotations(of: taken)
  }

  /// Names the logins that no program asks its helper for.
  private func tellUnasked(_ logins: [MigrationPlan.Login]) {
    let lent = logins.filter { login in
      login.uses.allSatisfy { if case .exec = $0 { true } else { false } }
    }
    guard !lent.isEmpty else { return }
    console.info(
      "No helper is asked for \(Plural.names(lent.map(\.shown))): lend "
        + "\(lent.count == 1 ? "it" : "them") to a command with '\(session.programName) exec'")
  }

  private func tellRotations(of logins: [MigrationPlan.Login]) throws(VaultError) {
    let rotations = logins.flatMap(\.rotations)
    guard !rotations.isEmpty else { return }
    console.info(
      "Copies in backups and on the disk cannot be removed: change these secrets where they were "
        + "issued, and log in again")
    if request.format == .table {
      try session.output.write(Table.text([RotationRow.header] + rotations.map(\.cells)))
    }
  }
}
