import ArgumentParser
import Compat
import Synchronization
import Network
import SealedFormat
import Vault

/// Asks registries whether the logins still hold.
struct CheckCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Ask every registry whether the login still holds.",
    discussion: """
      Asks up to \(LoginChecks.mostAtOnce) at a time, and notes when a login was last accepted and when
      it expires. Ends with 77 if one was refused or has expired, else with 69 if one could not be
      asked for, else with 0.

      Example:
        \(calledName) registry check
        \(calledName) registry check --format json docker://registry.example.com
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var connection: RegistryOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  @Argument(help: ArgumentHelp("The logins to ask for; all without.", valueName: "uri"))
  var uris: [String] = []

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let scopes = try uris.map { uri throws(VaultError) in try RegistryURI(uri).scope }
    let stores = Mutex(try VaultPrompter(session, vault, console).stores())
    var subjects: [LoginChecks.Subject] = []
    for (number, list) in try Self.lists(of: stores).enumerated() {
      subjects += list.records.filter { $0.scope != nil }.map { record in
        LoginChecks.Subject(record: record, store: list.store) { () throws(VaultError) in
          // One thread at a time asks the stores.
          try stores.withLock { stores throws(VaultError) in
            try Self.secret(try stores.all[number].find(.listed(record)))
          }
        }
      }
    }
    subjects = try chosen(among: subjects, scopes)

    let now = session.now()
    let progress = Progress(
      session.errors, total: subjects.count, isShown: console.level >= .normal)
    let options = connection.connection(in: session)
    let checks = LoginChecks(options: options, now: now) { console.warning($0) }
      .run(subjects) { progress.show($0) }
    progress.clear()
    let rows = zip(subjects, checks).map {
      CheckRow($0.record, store: $0.store, $1, session.programName)
    }
    try session.output.write(format.text(of: rows))
    let sealed = zip(subjects, checks).filter { $0.0.store == StoreChoice.sealed.rawValue }
    note(sealed, at: now, in: stores, session, console)
    try end(with: checks.map(\.verdict))
    return .done
  }

  private static func lists(
    of stores: borrowing Mutex<LoginStores>
  ) throws(VaultError) -> [(store: String, records: [CredentialRecord])] {
    try stores.withLock { stores throws(VaultError) in
      try stores.all.map { store throws(VaultError) in (store.name, try store.list()) }
    }
  }

  private static let gone = VaultError(.notFound, "the login is gone")

  private static func secret(_ credential: consuming Credential?) throws(VaultError) -> SecretBytes
  {
    guard let credential else { throw gone }
    return try SecretBytes(copying: credential.secret.bytes)
  }

  /// The logins of exactly the places that are named; where there is none, the one that serves it.
  private func chosen(
    among subjects: [LoginChecks.Subject], _ scopes: [RegistryScope]
  ) throws(VaultError) -> [LoginChecks.Subject] {
    guard !scopes.isEmpty else { return subjects }
    var keys: Set<CredentialRecord.Key> = []
    for (scope, uri) in zip(scopes, uris) {
      guard let record = subjects.map(\.record).closest(to: scope) else {
        throw VaultError(.notFound, "there is no login to \(uri)")
      }
      keys.insert(record.key)
    }
    return subjects.filter { keys.contains($0.record.key) }
  }

  /// Records the answers in the vault.
  ///
  /// A failure to write changes no answer.
  private func note(
    _ checked: [(LoginChecks.Subject, LoginCheck)], at now: Int64,
    in stores: borrowing Mutex<LoginStores>, _ session: Session, _ console: Console
  ) {
    var observations: [CredentialRecord.Key: (verified: Int64?, expires: Int64?)] = [:]
    for (subject, check) in checked where check.verdict != .unreachable {
      observations[subject.record.key] = (check.verdict == .holds ? now : nil, check.expires)
    }
    guard !observations.isEmpty else { return }
    do throws(VaultError) {
      try stores.withLock { stores throws(VaultError) in
        try stores.vault?.note(observations)
      }
    } catch {
      console.warning(
        "The answers could not be noted in the vault: \(error.words(session.programName))")
    }
  }

  private func end(with verdicts: [LoginCheck.Verdict]) throws(VaultError) {
    let refused = verdicts.filter { $0 == .refused || $0 == .expired }.count
    let unknown = verdicts.filter { $0 == .unreachable }.count
    if refused > 0 {
      throw VaultError(
        .refused, "\(refused) of \(verdicts.count) logins do not hold any more: log in again")
    }
    if unknown > 0 {
      throw VaultError(
        .unreachable, "\(unknown) of \(verdicts.count) logins could not be asked for")
    }
  }
}
