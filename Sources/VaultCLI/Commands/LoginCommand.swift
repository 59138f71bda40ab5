import ArgumentParser
import Compat
import Network
import SealedFormat
import Vault

/// Tries a credential at a registry and keeps it.
struct LoginCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to a registry, and keep the login sealed.",
    discussion: """
      Asks for the password, tries it at the registry, and only then stores it.

      Example:
        \(calledName) registry login --username myuser docker://registry.example.com
        printf %s "$TOKEN" | \(calledName) registry login -u myuser --password-stdin oras://ghcr.io/myorg
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var connection: RegistryOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    name: [.customShort("u", allowingJoined: true), .long], help: "The user name at the registry.")
  var username: String?

  @Option(
    name: [.customShort("p", allowingJoined: true), .long],
    help: "The password or token. Other users can read it: prefer --password-stdin.")
  var password: String?

  @Flag(help: "Take the password or token from standard input.")
  var passwordStdin = false

  @Option(
    help: """
      Where to keep it: sealed, secret-service (the desktop keyring); or remote-yaml or apptainer \
      (unencrypted). Default: the setting store, else sealed.
      """)
  var store: StoreChoice?

  @Flag(help: "Store it without trying it at the registry.")
  var noVerify = false

  @Argument(
    help: ArgumentHelp(
      "docker://HOST[:PORT][/PREFIX], the same with oras://, or just HOST.", valueName: "uri"))
  var uri: String

  func validate() throws {
    if passwordStdin && password != nil {
      throw ValidationError("--password and --password-stdin exclude each other.")
    }
    if passwordStdin && vault.passphraseDescriptor == 0 {
      throw ValidationError("Standard input cannot give both the password and the passphrase.")
    }
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let address = try RegistryURI(uri)
    guard address.scheme != .http else {
      throw VaultError(
        .invalidInput, "for plain http write '\(address.text)' and give '--insecure'")
    }
    var options = connection.connection(in: session)
    options.fallsBackToPlainHTTP = address.scheme != .https
    let input = LoginInput(session, console)
    let username = try input.username(option: username)
    let prompter = try VaultPrompter(session, vault, console)

    // The vault opens before the registry's password is asked for, so that nobody types the answer to
    // the one prompt into the other.
    let store = try openStore(prompter, address)
    if address.scope.isLoopback {
      // A store that cannot be read without asking may hold a login that used TLS.
      if let records = prompter.listWithoutAsking(beside: store) {
        options = options.replacing(records, for: address.scope)
      } else {
        options.fallsBackToPlainHTTP = false
      }
    }
    let credential = try credential(input, options, address, username: username, console)
    try store.put(credential)
    console.info("Token stored in \(store.place)")
    if store is SecretServiceStore { warnOfVault(address, prompter) }
    if !(store is RemoteYAMLStore), isApptainerUntold(session) {
      console.info(
        "Apptainer does not ask the vault yet: run '\(session.programName) helper install apptainer'"
      )
    }
    return .done
  }

  /// The store for the login, which can take it as far as that is known.
  private func openStore(
    _ prompter: VaultPrompter, _ address: RegistryURI
  ) throws(VaultError) -> any LoginStore {
    let console = prompter.console
    let warn: @Sendable (String) -> Void = { console.warning($0) }
    switch store {
    case nil: return try DefaultStorePrompt(prompter).store()
    case .sealed: return try prompter.openOrMake()
    case .secretService: return try prompter.keyringStore()
    case .remoteYAML:
      let plain = try ApptainerStore(prompter.session.environment, warn: warn).index
      console.warning("The password will be stored unencrypted in \(plain.path)")
      for warning in try plain.read().warnings { console.warning(warning) }
      return plain
    case .apptainer:
      let plain = try ApptainerStore(prompter.session.environment, warn: warn)
      try plain.checkIsRead(address.scope)
      console.warning("The password will be stored unencrypted in \(plain.path)")
      return plain
    }
  }

  /// Warns if the login in the keyring will not be used, because the vault is asked first, or alone.
  private func warnOfVault(_ address: RegistryURI, _ prompter: VaultPrompter) {
    guard let vault = try? prompter.access.read() else { return }
    let (console, program) = (prompter.console, prompter.session.programName)
    if prompter.access.settings.store != .secretService {
      console.warning(
        "The keyring is not asked beside the sealed vault \(prompter.path): run "
          + "'\(program) config set store secret-service'")
    }
    guard let opened = try? prompter.access.openWithoutAsking(vault, warn: { _ in }),
      let logins = try? opened.list(), logins.contains(where: { $0.scope == address.scope })
    else { return }
    console.warning(
      "The sealed vault has a login there too, and is asked first: run "
        + "'\(program) registry logout --store sealed \(address.text)'")
  }

  /// Whether Apptainer is used here and does not ask the vault.
  private func isApptainerUntold(_ session: Session) -> Bool {
    let helpers = HelperFiles(session)
    guard helpers.chosen([]).contains(.apptainer),
      let states = try? helpers.setup.status(of: .apptainer)
    else { return false }
    return states.contains { $0.state != .installed }
  }

  /// The credential, tried at the registry unless that is not wanted.
  private func credential(
    _ input: LoginInput, _ options: ConnectionOptions, _ address: RegistryURI, username: String,
    _ console: Console
  ) throws(VaultError) -> Credential {
    let secret = try input.secret(option: password, fromInput: passwordStdin)
    let now = input.session.now()
    var record = CredentialRecord(
      key: .registry(address.scope), spellings: [address.text],
      isSecure: connection.checksCertificate && !address.scope.isLoopback, username: username,
      created: now)
    if noVerify {
      record.expires = expiry(of: secret)
    } else {
      console.verbose("Trying the login at \(address.scope.authority)")
      let client = RegistryClient(options: options) { console.warning($0) }
      let outcome = try client.tryCredential(
        scope: address.scope, username: username, secret: secret)
      record.transport = outcome.transport
      record.expires = outcome.expires
      record.verified = outcome.verdict == .accepted ? now : nil
      warn(about: outcome, address.scope, console)
    }
    return Credential(record: record, secret: secret)
  }

  /// A function of its own, because a span in the caller would keep it from giving the secret away.
  private func expiry(of secret: borrowing SecretBytes) -> Int64? {
    SecretExpiry.find(in: secret.bytes)
  }

  private func warn(about outcome: LoginOutcome, _ scope: RegistryScope, _ console: Console) {
    if outcome.verdict == .notAsked {
      console.warning("\(scope.authority) does not ask for a login: the password was not checked")
    }
    if let lifetime = outcome.tokenLifetime {
      console.verbose("Its token server gives tokens for \(lifetime) s each")
    }
    if outcome.isFallback {
      console.info("\(scope.authority) does not speak https: it was asked over plain http")
    }
    if !outcome.isSecure && !scope.isLoopback {
      console.warning(
        "\(scope.authority) was spoken to without checked TLS: others on the network could read "
          + "the password")
    }
  }
}
