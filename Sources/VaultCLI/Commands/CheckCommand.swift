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
        vault registry check
        vault registry check --format json docker://registry.example.com
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
    let stores = try LoginStores(session, vault, console)
    let sealed = Mutex(try stores.opening.open())
    var subjects = try sealed.withLock { store throws(VaultError) in try store?.list() ?? [] }
      .filter { $0.scope != nil }
      .map { record in
        LoginChecks.Subject(record: record, store: .sealed) { () throws(VaultError) in
          try sealed.withLock { store throws(VaultError) in
            try Self.secret(try store?.find(record.key))
          }
        }
      }
    let hasVault = sealed.withLock { $0 != nil }
    subjects += try Self.kept(in: stores, besideVault: hasVault)
    let plain = try stores.remoteYAML()
    subjects += try plain.list().map { record in
      Self.exposed(record, .remoteYAML) { scope throws(VaultError) in try plain.find(scope) }
    }
    let apptainer = try stores.apptainer()
    subjects += try apptainer.list().map { record in
      Self.exposed(record, .apptainer) { scope throws(VaultError) in try apptainer.find(scope) }
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
    note(zip(subjects, checks).filter { $0.0.store == .sealed }, at: now, in: sealed, console)
    try end(with: checks.map(\.verdict))
    return .done
  }

  /// The logins of the desktop keyring, which one thread at a time may ask for a secret.
  private static func kept(
    in stores: LoginStores, besideVault hasVault: Bool
  ) throws(VaultError) -> [LoginChecks.Subject] {
    let records =
      try stores.opening.access.askKeyring(besideVault: hasVault) { store throws(VaultError) in
        try store.list()
      } ?? []
    let keyring = Mutex(SecretServiceStore(stores.opening.access.keyring))
    return records.filter { $0.scope != nil }.map { record in
      LoginChecks.Subject(record: record, store: .secretService) { () throws(VaultError) in
        guard let server = record.serverURL else { throw gone }
        return try keyring.withLock { store throws(VaultError) in
          try secret(try store.find(serverURL: server))
        }
      }
    }
  }

  /// A login that lies in the clear.
  private static func exposed(
    _ record: CredentialRecord, _ store: StoreChoice,
    _ find: @escaping @Sendable (RegistryScope) throws(VaultError) -> Credential?
  ) -> LoginChecks.Subject {
    LoginChecks.Subject(record: record, store: store) { () throws(VaultError) in
      guard let scope = record.scope else { throw gone }
      return try secret(try find(scope))
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

  /// Keeps in the index what is known now; that it cannot be written changes no answer.
  private func note(
    _ checked: [(LoginChecks.Subject, LoginCheck)], at now: Int64,
    in sealed: borrowing Mutex<SealedStore?>, _ console: Console
  ) {
    var sightings: [CredentialRecord.Key: (verified: Int64?, expires: Int64?)] = [:]
    for (subject, check) in checked where check.verdict != .unreachable {
      sightings[subject.record.key] = (check.verdict == .holds ? now : nil, check.expires)
    }
    guard !sightings.isEmpty else { return }
    do throws(VaultError) {
      try sealed.withLock { store throws(VaultError) in try store?.note(sightings) }
    } catch {
      console.warning("The answers could not be noted in the vault: \(error.message)")
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
