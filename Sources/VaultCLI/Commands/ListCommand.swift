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
        \(calledName) registry list --long
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Show user, store, expiry and last check as well.")
  var long = false

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    var rows: [LoginRow] = []
    let stores = try VaultPrompter(session, vault, console).stores()
    var fault: VaultError?
    for store in stores.all {
      do throws(VaultError) {
        // Keyservers and endpoints are not registries, so the short table leaves them out.
        let records = try store.list().filter { long || format == .json || $0.key.isOfRegistries }
        rows += records.flatMap { LoginRow.rows(of: $0, store: store.name) }
      } catch {
        // A fault of another program's file does not hide the logins elsewhere.
        guard store.isPlaintext else { throw error }
        fault = fault ?? error
      }
    }
    try session.output.write(format.text(of: rows, isLong: long))
    try console.warn(ofUnknownIn: stores.vault)
    if let fault { throw fault }
    warn(session, console)
    return .done
  }

  /// What is in plaintext in the files of other programs, and with `--long` what is odd about them.
  private func warn(_ session: Session, _ console: Console) {
    let exposures = Exposures(in: session.environment)
    if long {
      for warning in exposures.warnings { console.warning(warning) }
      for note in exposures.notes { console.warning(note) }
      for refusal in exposures.refusals {
        console.warning(refusal.error.words(session.programName))
      }
    }
    for file in exposures.files {
      console.warning(
        "\(file.place.path) holds \(Plural.logins(file.names.count)) in the clear "
          + "(\(Plural.names(file.names))): seal \(file.names.count == 1 ? "it" : "them") with "
          + "'\(session.programName) migrate'")
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
