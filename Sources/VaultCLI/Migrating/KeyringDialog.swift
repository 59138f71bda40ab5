import Compat
import Vault

/// The part of `vault migrate` that is about the desktop keyring.
struct KeyringDialog {
  let command: MigrateCommand
  let session: Session
  let talk: Talk
  let opening: VaultOpening

  init(_ dialog: MigrationDialog) {
    command = dialog.command
    session = dialog.session
    talk = dialog.talk
    opening = dialog.opening
  }

  /// What docker's helper keeps in the keyring; nil where it is not looked into: files were named, logins
  /// are meant to be there, or there is no keyring.
  func look(
    isVaultKnown: Bool, _ stays: inout Remainder,
    _ find: (CredentialRecord.Key) throws(VaultError) -> Credential?
  ) throws(VaultError) -> KeyringTakeover? {
    guard command.files.isEmpty, try opening.access.store != .secretService else { return nil }
    do throws(VaultError) {
      let takeover = try KeyringTakeover(
        opening.access.keyring, isVaultKnown: isVaultKnown, find)
      return takeover.logins.isEmpty ? nil : takeover
    } catch {
      if error.code == .unreachable {
        talk.verbose("The desktop keyring is not looked into: \(error.message)")
      } else {
        talk.warning("The desktop keyring is not looked into: \(error.message)")
        stays.note(error)
      }
      return nil
    }
  }

  /// Shows the plan, asks, and takes over what is certain.
  func run(
    _ takeover: consuming KeyringTakeover, _ store: inout SealedStore?, _ stays: inout Remainder
  ) throws(VaultError) {
    if command.format == .table {
      let rows = takeover.logins.map { login in
        [
          (login.record.spellings.first ?? "").escapingControls,
          login.record.username.escapingControls, login.state.rawValue,
          "docker, by its helper", "the desktop keyring",
        ]
      }
      try session.output.write(
        Table.text([["LOGIN", "USER", "STATE", "USED AFTERWARDS BY", "FROM"]] + rows))
    }
    let preferences = command.preferences(in: session.environment)
    let chosen = takeover.logins.filter { login in
      guard takeover.choice(of: login, preferring: preferences) == nil else { return true }
      talk.warning(
        "The vault has another secret for \(login.record.spellings.first ?? "it"), so it stays in the "
          + "keyring: say which by --prefer vault or file")
      stays.note(VaultError(.invalidInput, ""))
      return false
    }
    guard !command.dryRun, !chosen.isEmpty else { return }
    if !command.yes { try confirm(chosen.count) }
    if store == nil { store = try opening.openOrMake() }
    guard var vault = store.take() else { return }
    var count = 0
    for login in chosen {
      guard let choice = takeover.choice(of: login, preferring: preferences) else { continue }
      do throws(VaultError) {
        let outcome = command.check ? try check(login, takeover) : nil
        try takeover.take(login, choice, into: &vault, now: session.now(), verified: outcome)
        count += 1
      } catch {
        talk.warning(
          "\(login.record.spellings.first ?? "A login") stays in the keyring: \(error.message)")
        stays.note(error)
      }
    }
    store = consume vault
    guard count > 0 else { return }
    talk.info(
      "The desktop keyring: \(Words.logins(count)) \(count == 1 ? "is" : "are") in the vault and no longer "
        + "there. This is not undone by --undo")
  }

  private func confirm(_ count: Int) throws(VaultError) {
    guard let terminal = try? Terminal(path: session.terminalPath) else {
      throw VaultError(
        .invalidInput,
        "there is no terminal to ask on whether to go on: say --yes, or --dry-run to see the plan "
          + "alone")
    }
    let answer = try terminal.ask(
      "Seal \(Words.logins(count)) in \(opening.path), and remove \(count == 1 ? "it" : "them") from the "
        + "desktop keyring? [y/N] ", isHidden: false, limit: 16)
    guard answer.isYes() else {
      throw VaultError(.refused, "nothing was taken out of the desktop keyring")
    }
  }

  /// Asks the registry; nil for what is none.
  private func check(
    _ login: KeyringTakeover.Login, _ takeover: borrowing KeyringTakeover
  ) throws(VaultError) -> LoginOutcome? {
    guard let scope = login.record.scope, let credential = try takeover.credential(of: login)
    else { return nil }
    return try command.connection.client(in: session).tryCredential(
      scope: scope, username: credential.record.username, secret: credential.secret)
  }
}
