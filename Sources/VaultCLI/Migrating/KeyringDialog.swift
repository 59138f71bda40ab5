import Compat
import SealedFormat
import Vault

/// The part of `vault migrate` that is about the desktop keyring.
struct KeyringDialog {
  private typealias Chosen = (login: KeyringTakeover.Login, choice: KeyringTakeover.Choice)

  private let dialog: MigrationDialog
  private var request: MigrationRequest { dialog.request }
  private var console: Console { dialog.console }

  init(_ dialog: MigrationDialog) { self.dialog = dialog }

  /// What docker's helper keeps in the keyring; nil if it is not looked into, because files were named,
  /// logins are meant to be there, or there is no keyring.
  func look(
    comparingWith vault: MigrationVault, _ status: inout MigrationStatus
  ) throws(VaultError) -> KeyringTakeover? {
    let access = dialog.prompter.access
    guard request.files.isEmpty, access.settings.store != .secretService else { return nil }
    do throws(VaultError) {
      let takeover = try KeyringTakeover(access.keyring, vault.find)
      return takeover.logins.isEmpty ? nil : takeover
    } catch {
      let words = error.words(dialog.session.programName)
      let message = "The desktop keyring is not looked into: \(words)"
      if error.cause is KeyringAbsence {
        console.verbose(message)
      } else {
        console.warning(message)
        status.note(error)
      }
      return nil
    }
  }

  /// Shows what the keyring has, asks, and moves into the vault what is certain.
  ///
  /// - Parameter sealed: What this run has moved out of files. A file and the keyring are both files for
  ///   `--prefer file`, so it does not decide between them.
  /// - Returns: How many logins were moved.
  func run(
    _ takeover: KeyringTakeover?, after sealed: SealedLogins, in vault: inout MigrationVault,
    _ status: inout MigrationStatus
  ) throws(VaultError) -> Int {
    guard var takeover else { return 0 }
    if !sealed.keys.isEmpty {
      // The vault has more logins by now, perhaps with another secret.
      guard let compared = try look(comparingWith: vault, &status) else { return 0 }
      takeover = compared
    }
    if request.format == .table {
      try dialog.session.output.write(
        Table.text([Self.header] + takeover.logins.map(\.cells)))
    }
    var chosen = try decide(takeover, after: sealed.keys, &status)
    noteEarlierLogins(takeover, &status)
    guard !request.isDryRun, !chosen.isEmpty else { return 0 }
    try dialog.confirm(
      "Seal \(Plural.logins(chosen.count)) in \(dialog.prompter.path), and remove "
        + "\(chosen.count == 1 ? "it" : "them") from the desktop keyring?",
      refusal: "nothing was taken out of the desktop keyring")
    var checked: [CredentialRecord.Key: Migration.Checked] = [:]
    if let connection = request.connection {
      checked = try MigrationCheck(connection, dialog.session, console)
        .run(takeover, &chosen, &status)
    }
    guard !chosen.isEmpty else { return 0 }
    return try take(chosen, of: takeover, checked, into: try vault.opened(), &status)
  }

  private static let header = ["LOGIN", "USER", "STATE", "USED AFTERWARDS BY", "FROM"]

  private func decide(
    _ takeover: KeyringTakeover, after sealed: Set<CredentialRecord.Key>,
    _ status: inout MigrationStatus
  ) throws(VaultError) -> [Chosen] {
    var chosen: [Chosen] = []
    for login in takeover.logins {
      let isFresh = sealed.contains(login.record.key)
      let preferences = request.preferences.filter { !isFresh || $0 != .file }
      var choice = takeover.choice(of: login, preferring: preferences)
      if choice == nil { choice = try choose(of: login) }
      if let choice {
        chosen.append((login, choice))
        continue
      }
      console.warning(
        "The vault has another secret for \(login.shown), so it stays in the keyring: "
          + (isFresh
            ? "the vault's was taken out of a file just now; give '--prefer vault' to keep that one"
            : "say which by --prefer vault or file"))
      status.note(.invalidInput)
    }
    return chosen
  }

  private func choose(
    of login: KeyringTakeover.Login
  ) throws(VaultError) -> KeyringTakeover.Choice? {
    guard !request.isDryRun else { return nil }
    let names = [
      SecretWords.of(login.record.username) + " in the desktop keyring",
      SecretWords.of(login.keptUsername ?? "") + " in the vault",
    ]
    return switch try dialog.choose(of: login.shown, among: names) {
    case 0: .keyring
    case 1: .vault
    default: nil
    }
  }

  /// Names the logins of earlier users, which the keyring keeps beside the latest of a registry.
  private func noteEarlierLogins(_ takeover: KeyringTakeover, _ status: inout MigrationStatus) {
    for login in takeover.logins where !login.earlierUsernames.isEmpty {
      let names = Plural.list(login.earlierUsernames)
      console.warning(
        "The keyring also has what \(names) used for \(login.shown) before: it is not migrated, and "
          + "stays there")
      status.note(.invalidInput)
    }
  }

  private func take(
    _ chosen: [Chosen], of takeover: KeyringTakeover,
    _ checked: [CredentialRecord.Key: Migration.Checked], into vault: VaultStore,
    _ status: inout MigrationStatus
  ) throws(VaultError) -> Int {
    let now = dialog.session.now()
    var count = 0
    for (login, choice) in chosen {
      do throws(VaultError) {
        try takeover.take(
          login, choice, into: vault, now: now, checked: checked[login.record.key])
        count += 1
      } catch {
        console.warning(
          "\(login.shown) stays in the keyring: \(error.words(dialog.session.programName))")
        status.note(error)
      }
    }
    if count > 0 {
      console.info(
        "The desktop keyring: \(Plural.logins(count)) \(count == 1 ? "is" : "are") in the vault and no "
          + "longer there. '--undo' does not undo this")
    }
    return count
  }
}

extension KeyringTakeover.Login {
  fileprivate var shown: String { record.spellings.first ?? "a login" }

  fileprivate var cells: [String] {
    [
      shown, record.username, state.rawValue, "docker, by its helper",
      "the desktop keyring",
    ]
  }
}
