import ArgumentParser
import Compat
import SealedFormat
import Vault

/// The group of commands about the clients that ask docker-credential-vault.
struct HelperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "helper",
    abstract: "Have docker, podman and Apptainer ask the vault by themselves.",
    discussion: """
      Example:
        \(calledName) helper install
        \(calledName) helper status
      """,
    subcommands: [
      HelperInstallCommand.self, HelperUninstallCommand.self, HelperStatusCommand.self,
    ])
}

/// Which clients a command is about.
struct HelperClientOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "docker, podman (also skopeo, buildah and CRI-O) or apptainer; without one, those that are here.",
      valueName: "client"),
    transform: Self.client)
  var clients: [HelperClient] = []

  private static func client(_ name: String) throws -> HelperClient {
    guard let client = HelperClient(rawValue: name) else {
      let known = HelperClient.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(name)\" is not a client; known are \(known).")
    }
    return client
  }
}

/// Sets clients up.
struct HelperInstallCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Have clients ask the vault for their logins, and keep new ones there.",
    discussion: """
      Changes one member of a client's own file, or adds a file beside it; everything else stays.

      Example:
        \(calledName) helper install docker podman
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let helpers = HelperFiles(session)
    let chosen = helpers.chosen(clients.clients)
    guard !chosen.isEmpty else {
      throw VaultError(
        .invalidInput, "no docker, podman or Apptainer was found here: name those that are meant")
    }
    for client in chosen {
      for (path, outcome, note) in try helpers.setup.install(client) {
        console.info("\(client.rawValue): \(path) \(outcome.words)")
        if let note { console.warning(note) }
      }
      helpers.warn(of: client, console)
    }
    if let fault = helpers.programFault { console.warning(fault) }
    let program = session.programName
    let (subject, verb) = chosen.count == 1 ? ("it is", "ends") : ("they are", "end")
    console.info(
      "While the vault is locked, \(subject) told so and \(verb) with an error: run '\(program) unlock' "
        + "first, or '\(program) config set helper.when-locked anonymous' to have public images go through"
    )
    return .done
  }
}

/// Takes it back.
struct HelperUninstallCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Give the clients' files back as they were.",
    discussion: """
      The logins stay in the vault.

      Example:
        \(calledName) helper uninstall docker
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let helpers = HelperFiles(session)
    let chosen = clients.clients.isEmpty ? HelperClient.allCases : clients.clients
    var failure: VaultError.Code?
    for client in chosen {
      for (path, outcome, note) in try helpers.setup.uninstall(client) {
        if let note { console.warning(note) }
        if case .failed(let code, _) = outcome { failure = failure ?? code }
        if outcome.isWarning {
          console.warning("\(client.rawValue): \(path) \(outcome.words)")
        } else if outcome != .unchanged || !clients.clients.isEmpty {
          console.info("\(client.rawValue): \(path) \(outcome.words)")
        }
      }
    }
    return failure.map { .status(ExitStatus($0)) } ?? .done
  }
}

/// Says which clients ask the vault.
struct HelperStatusCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say which clients ask the vault.",
    discussion: """
      Ends with 0 if all that are named, or that are here, ask the vault; else with 1.

      Example:
        \(calledName) helper status docker
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let helpers = HelperFiles(session)
    let chosen = helpers.chosen(clients.clients)
    var rows: [HelperRow] = []
    var failure: VaultError.Code?
    var reasons: [String] = []
    for client in chosen {
      for (path, state) in try helpers.setup.status(of: client) {
        rows.append(HelperRow(client: client.rawValue, file: path, state: state.word))
        guard case .unreadable(let code, let reason) = state else { continue }
        failure = failure ?? code
        reasons.append(reason)
      }
    }
    try session.output.write(format.text(of: rows))
    for reason in reasons { console.warning(reason) }
    for client in chosen {
      helpers.warn(of: client, console)
    }
    if let fault = helpers.programFault { console.warning(fault) }
    if let failure { return .status(ExitStatus(failure)) }
    let isInstalled =
      !rows.isEmpty && rows.allSatisfy { $0.state == HelperSetup.State.installed.word }
    return isInstalled ? .done : .status(.notFound)
  }
}
