import Compat
import SealedFormat

extension MigrationHistory {
  /// Shows which files an undoing writes, and asks.
  ///
  /// Whoever can write the vault can make a record for any file. So a record that this machine cannot prove
  /// to be its own is only used if the user names the file.
  ///
  /// - Throws: `refused` if a file must be named, or the answer is not yes.
  func confirm(
    _ number: Int, _ entries: [MigrationLog.Entry], _ named: [String], _ isConfirmed: Bool
  ) throws(VaultError) {
    let paths = entries.map { $0.realPath.escapingControls }
    for name in named
    where !entries.contains(where: { $0.realPath.utf8.elementsEqual(name.utf8) }) {
      throw VaultError(
        .invalidInput,
        "\(name.escapingControls) is no file of migration \(number), or has a link in its path: the "
          + "paths are \(Plural.list(paths))")
    }
    for entry in entries { console.info(line(of: entry)) }
    let unproven = entries.filter { entry in
      !entry.isOurs && entry.state != .original
        && !named.contains { $0.utf8.elementsEqual(entry.realPath.utf8) }
    }
    guard unproven.isEmpty else {
      let toName = entries.filter { !$0.isOurs && $0.state != .original }.map {
        $0.realPath.escapingControls
      }
      throw VaultError(
        .refused,
        "no file was changed: this machine cannot prove that it made the record of migration \(number) for "
          + "\(Plural.list(unproven.map { $0.realPath.escapingControls })). The migration ran elsewhere, "
          + "another program wrote the record, or the path has become a link. If these are files to put "
          + "secrets into, name them: '\(session.programName) migrate --undo \(number) "
          + "\(toName.joined(separator: " "))'")
    }
    guard !isConfirmed else { return }
    let question =
      "Put the secrets of migration \(number) into \(Plural.files(entries.count)) again, in plaintext?"
    guard let isConfirmed = try session.isConfirmed(question) else {
      throw VaultError(.invalidInput, "there is no terminal to confirm on: give --yes")
    }
    guard isConfirmed else { throw VaultError(.refused, "nothing was changed") }
  }

  private func line(of entry: MigrationLog.Entry) -> String {
    let path = entry.path.escapingControls
    let place =
      entry.realPath.utf8.elementsEqual(entry.path.utf8)
      ? path : "\(path), which leads to \(entry.realPath.escapingControls)"
    return entry.state == .original
      ? "\(place): is as before the migration already"
      : "\(place): gets its secrets back"
  }
}
