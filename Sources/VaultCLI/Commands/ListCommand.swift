import ArgumentParser
import Compat
import SealedFormat
import Vault

/// Shows the logins.
struct ListCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the logins, without their secrets.",
    discussion: """
      SECURE? has ✓ where the registry is spoken to over TLS with a checked certificate, ✗! where not.

      Example:
        vault registry list --long
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Show user, store, expiry and last check as well.")
  var long = false

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let stores = try LoginStores(session, vault, console)
    var rows: [LoginRow] = []
    let opened = try stores.opening.open()
    let sealed = try opened?.list()
    // Keyservers and endpoints are no registries, so the short table goes without them.
    let records = (sealed ?? []).filter { long || format == .json || $0.key.isOfRegistries }
    rows += records.flatMap { LoginRow.rows(of: $0, store: .sealed) }
    let kept = try stores.opening.access.askKeyring(besideVault: sealed != nil) {
      store throws(VaultError) in try store.list()
    }
    rows += (kept ?? []).flatMap { LoginRow.rows(of: $0, store: .secretService) }
    let plain = try stores.remoteYAML()
    let apptainer = try stores.apptainer()
    var exposed: [CredentialRecord] = []
    var own: [CredentialRecord] = []
    var fault: VaultError?
    do throws(VaultError) {
      exposed = try plain.list()
      own = try apptainer.list()
    } catch {
      fault = error
    }
    rows += exposed.flatMap { LoginRow.rows(of: $0, store: .remoteYAML) }
    rows += own.flatMap { LoginRow.rows(of: $0, store: .apptainer) }
    try session.output.write(format.text(of: rows, isLong: long))
    // What is wrong with the one file must not hide what is in the other.
    if let fault { throw fault }
    try warn(session, console)
    return .done
  }

  /// What lies in the clear in the files of other programs, and with `--long` what is odd about them.
  private func warn(_ session: Session, _ console: Console) throws(VaultError) {
    let plan = try MigrationPlan(
      places: MigrationPlace.all(in: session.environment), isVaultKnown: false
    ) { _ in nil }
    if long {
      for warning in plan.warnings { console.warning(warning) }
      for refusal in plan.refusals { console.warning(refusal.error.words(session.programName)) }
    }
    for (path, names) in plan.exposures {
      console.warning(
        "\(path) holds \(Plural.logins(names.count)) in the clear (\(Plural.list(names))): seal "
          + "\(names.count == 1 ? "it" : "them") with  \(session.programName) migrate")
    }
  }
}

extension CredentialRecord.Key {
  /// Whether it is for a registry, or for what a registry's client takes for one.
  fileprivate var isOfRegistries: Bool {
    switch self {
    case .registry, .helperKey: true
    case .keyserver, .endpoint, .migration: false
    }
  }
}
