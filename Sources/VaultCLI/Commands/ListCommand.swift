import ArgumentParser
import Compat
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
  @OptionGroup var talk: TalkOptions

  @Flag(help: "Show user, store, expiry and last check as well.")
  var long = false

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let stores = try LoginStores(session, vault, talk)
    var rows: [LoginRow] = []
    if let sealed = try stores.opening.open() {
      // Keyservers and endpoints are no registries, so the short list goes without them.
      rows += sealed.list().filter { long || !$0.key.isForApptainerAlone }
        .flatMap { LoginRow.rows(of: $0, store: .sealed) }
    }
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
    if long { try warn(about: plain, talk) }
    if !exposed.isEmpty {
      talk.warning(
        "\(exposed.count) of these logins lie unencrypted in \(plain.path): log in again to seal "
          + "them, then  \(session.programName) registry logout --store remote-yaml URI")
    }
    if !own.isEmpty {
      talk.warning(
        "\(own.count) of these logins lie unencrypted in \(apptainer.path): take them over with  "
          + "\(session.programName) migrate")
    }
  }

  /// What else lies in remote.yaml, and what is odd about it.
  private func warn(about store: RemoteYAMLStore, _ talk: Talk) throws(VaultError) {
    let file = try store.read()
    for warning in file.warnings { talk.warning(warning) }
    for secret in file.plaintextSecrets where secret.key.isNoRegistry {
      talk.warning(
        "The secret of \(secret.shown.escapingControls) lies unencrypted in line \(secret.line) of "
          + store.path)
    }
  }
}

extension CredentialRecord.Key {
  /// Whether only Apptainer knows what it is for.
  fileprivate var isForApptainerAlone: Bool {
    switch self {
    case .keyserver, .endpoint: true
    default: false
    }
  }

  fileprivate var isNoRegistry: Bool {
    if case .registry = self { false } else { true }
  }
}
