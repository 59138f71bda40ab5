import ArgumentParser
import Vault

/// Which vault, and what opens it.
struct VaultOptions: ParsableArguments {
  @Option(
    name: .customLong("vault"),
    help: ArgumentHelp(
      "The sealed vault (default: $VAULT_FILE, else ~/.local/share/vault/vault.sealed).",
      valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A key file that opens the vault.", valueName: "file"))
  var keyFile: String?

  @Option(help: ArgumentHelp("A file with the passphrase of the vault.", valueName: "file"))
  var passphraseFile: String?

  @Option(
    name: .customLong("passphrase-fd"),
    help: ArgumentHelp("An open descriptor that gives the passphrase.", valueName: "number"))
  var passphraseDescriptor: Int32?

  func validate() throws {
    let given = [keyFile != nil, passphraseFile != nil, passphraseDescriptor != nil]
    guard given.filter({ $0 }).count <= 1 else {
      throw ValidationError(
        "Give only one of --key-file, --passphrase-file and --passphrase-fd.")
    }
  }

  /// The absolute path of the vault.
  func path(in session: Session) throws(VaultError) -> String {
    if let file { return session.environment.absolute(file) }
    return try session.environment.vaultFile
  }

  /// What the command line names to open the vault.
  func option(in session: Session) -> KeySource? {
    if let keyFile { return .keyFile(session.environment.absolute(keyFile)) }
    if let passphraseFile {
      return .passphraseFile(session.environment.absolute(passphraseFile))
    }
    return passphraseDescriptor.map { .passphraseDescriptor($0) }
  }

  /// What opens the vault without asking, wherever it is named.
  func source(in session: Session) throws(VaultError) -> KeySource? {
    KeySource.first(
      option: option(in: session), environment: session.environment,
      settings: try Settings(path: try session.environment.settingsFile))
  }
}
