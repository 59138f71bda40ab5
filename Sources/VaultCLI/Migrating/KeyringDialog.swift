import Compat
import SealedFormat
import Vault

/// The part of `vault migrate` that is about the desktop keyring.
struct KeyringDialog {
  let request: MigrationRequest
  let session: Session
  let console: Console
  let prompter: VaultPrompter

  init(_ dialog: MigrationDialog) {
    request = dialog.request
    session = dialog.session
    console = dialog.console
    prompter = dialog.prompter
  }

  /// What docker's helper keeps in the keyring; nil if it is not to be looked into.
  ///
  /// That is so if files were named, logins belong there, or there is no keyring.
  func look(
    _ stays: inout MigrationStatus, _ find: MigrationPlan.LookUp?
  ) throws(VaultError) -> KeyringTakeover? {
    guard request.files.isEmpty, prompter.access.settings.store != .secretService else {
      return nil
    }
    do throws(VaultError) {
      let takeover = try KeyringTakeover(prompter.access.keyring, find)
      return takeover.logins.isEmpty ? nil : takeover
    } catch {
      if error.cause is KeyringAbsence {
        console.verbose("The desktop keyring is not looked into: \(error.message)")
      } else {
        console.warning("The desktop keyring is not looked into: \(error.message)")
        stays.note(error)
      }
      return nil
    }
  }

  /// Shows the plan, asks, and takes over what is certain.
  ///
  /// - Parameters:
  ///   - takeover: What the keyring has, compared with the vault as it is now.
  ///   - sealed: What this very run has taken out of files. A file and the keyring are both files for
  ///     `--prefer file`, so it does not decide between them.
  ///   - store: The vault, where it is open.
  ///   - stays: Is told of what stays in the keyring.
  /// - Returns: How many logins were taken over.
  /// - Throws: `refused` where the user says no, and what prompter or making the vault throws.
  func run(
    _ takeover: KeyringTakeover, after sealed: Set<CredentialRecord.Key>,
    _ store: inout VaultStore?, _ stays: inout MigrationStatus
  ) throws(VaultError) -> Int {
    if request.format == .table {
      try session.output.write(Table.text([Self.header] + takeover.logins.map(\.cells)))
    }
    let preferences = request.preferences
    var chosen: [(login: KeyringTakeover.Login, choice: KeyringTakeover.Choice)] = []
    for login in takeover.logins {
      let isFresh = sealed.contains(login.record.key)
      let known = isFresh ? preferences.filter { $0 != .file } : preferences
      var choice = takeover.choice(of: login, preferring: known)
      if choice == nil { choice = try ask(about: login) }
      if let choice {
        chosen.append((login, choice))
        continue
      }
      console.warning(
        "The vault has another secret for \(login.shown), so it stays in the keyring: "
          + (isFresh
            ? "the vault's was taken out of a file just now; say  --prefer vault  to keep that one"
            : "say which by --prefer vault or file"))
      stays.note(.invalidInput)
    }
    for login in takeover.logins where !login.earlierUsernames.isEmpty {
      let names = Plural.list(login.earlierUsernames.map(\.escapingControls))
      console.warning(
        "The keyring also has what \(names) used for \(login.shown) before: it is not taken over, and "
          + "stays there")
      stays.note(.invalidInput)
    }
    guard !request.isDryRun, !chosen.isEmpty else { return 0 }
    if !request.isConfirmed { try confirm(chosen.count) }
    var checked: [CredentialRecord.Key: Migration.Checked] = [:]
    if let connection = request.connection {
      let check = MigrationCheck(connection, session, console)
      checked = try check.run(takeover, &chosen, &stays)
    }
    guard !chosen.isEmpty else { return 0 }
    let vault = if let store { store } else { try prompter.make() }
    store = vault
    var count = 0
    for (login, choice) in chosen {
      do throws(VaultError) {
        try takeover.take(
          login, choice, into: vault, now: session.now(), checked: checked[login.record.key])
        count += 1
      } catch {
        console.warning("\(login.shown) stays in the keyring: \(error.message)")
        stays.note(error)
      }
    }
    guard count > 0 else { return 0 }
    console.info(
      "The desktop keyring: \(Plural.logins(count)) \(count == 1 ? "is" : "are") in the vault and no longer "
        + "there. This is not undone by --undo")
    return count
  }

  private static let header = ["LOGIN", "USER", "STATE", "USED AFTERWARDS BY", "FROM"]

  /// Which of two secrets is kept; nil where nobody says.
  private func ask(
    about login: KeyringTakeover.Login
  ) throws(VaultError) -> KeyringTakeover.Choice? {
    guard !request.isDryRun, let terminal = try? Terminal(path: session.terminalPath) else {
      return nil
    }
    let names = [login.record.username, login.keptUsername ?? ""].map(SecretWords.of)
    let answer = try terminal.ask(
      "There are several secrets for \(login.shown): [1] \(names[0]) in the desktop keyring, "
        + "[2] \(names[1]) in the vault. Keep which? [1-2, Enter leaves them as they are] ",
      isHidden: false, limit: 16)
    return switch answer.number() {
    case 1: .keyring
    case 2: .vault
    default: nil
    }
  }

  private func confirm(_ count: Int) throws(VaultError) {
    guard let terminal = try? Terminal(path: session.terminalPath) else {
      throw VaultError(
        .invalidInput,
        "there is no terminal to ask on whether to go on: say --yes, or --dry-run to see the plan "
          + "alone")
    }
    let answer = try terminal.ask(
      "Seal \(Plural.logins(count)) in \(prompter.path), and remove \(count == 1 ? "it" : "them") from the "
        + "desktop keyring? [y/N] ", isHidden: false, limit: 16)
    guard answer.isYes() else {
      throw VaultError(.refused, "nothing was taken out of the desktop keyring")
    }
  }
}

extension KeyringTakeover.Login {
  fileprivate var shown: String { (record.spellings.first ?? "a login").escapingControls }

  fileprivate var cells: [String] {
    [
      shown, record.username.escapingControls, state.rawValue, "docker, by its helper",
      "the desktop keyring",
    ]
  }
}
