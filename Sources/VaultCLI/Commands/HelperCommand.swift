import ArgumentParser
import Compat
import Glibc
import SealedFormat
import Vault

/// The group of commands about the clients that ask docker-credential-vault.
struct HelperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "helper",
    abstract: "Have docker, podman and Apptainer ask the vault by themselves.",
    discussion: """
      Example:
        vault helper install
        vault helper status
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
        vault helper install docker podman
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var talk: TalkOptions

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let helpers = try HelperFiles(session)
    let chosen = helpers.chosen(clients.clients)
    guard !chosen.isEmpty else {
      throw VaultError(
        .invalidInput, "no docker, podman or Apptainer was found here: name those that are meant")
    }
    for client in chosen {
      for (path, outcome) in try helpers.setup.install(client) {
        talk.info("\(client.rawValue): \(path) \(outcome.words)")
      }
      for hint in helpers.setup.hints(for: client) { talk.warning(hint) }
    }
    if let fault = helpers.programFault { talk.warning(fault) }
    talk.info(
      "While the vault is locked, \(chosen.count == 1 ? "it is" : "they are") told so and "
        + "\(chosen.count == 1 ? "ends" : "end") with an error: run  \(session.programName) unlock  "
        + "first, or write  helper.when-locked = anonymous  into \(try session.environment.settingsFile)"
        + "  to have public images go through")
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
        vault helper uninstall docker
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var talk: TalkOptions

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let helpers = try HelperFiles(session)
    let chosen = clients.clients.isEmpty ? HelperClient.allCases : clients.clients
    for client in chosen {
      for (path, outcome) in try helpers.setup.uninstall(client) {
        if case .leftAlone(let reason) = outcome {
          talk.warning("\(client.rawValue): \(path) stays as it is: \(reason)")
        } else if outcome != .unchanged || !clients.clients.isEmpty {
          talk.info("\(client.rawValue): \(path) \(outcome.words)")
        }
      }
    }
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
        vault helper status docker
      """)

  @OptionGroup var clients: HelperClientOptions
  @OptionGroup var talk: TalkOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let helpers = try HelperFiles(session)
    let chosen = helpers.chosen(clients.clients)
    var rows: [HelperRow] = []
    for client in chosen {
      for (path, state) in try helpers.setup.status(of: client) {
        rows.append(HelperRow(client: client.rawValue, file: path, state: state.word))
      }
    }
    try session.output.write(format.text(of: rows))
    for client in chosen {
      for hint in helpers.setup.hints(for: client) { talk.warning(hint) }
    }
    if let fault = helpers.programFault { talk.warning(fault) }
    guard !rows.isEmpty, rows.allSatisfy({ $0.state == HelperSetup.State.installed.word }) else {
      throw VaultError(.notFound, "")
    }
  }
}

/// The clients' files of one session, and the program that they would start.
struct HelperFiles {
  let session: Session
  let setup: HelperSetup

  init(_ session: Session) throws(VaultError) {
    self.session = session
    setup = HelperSetup(
      places: try ClientPlaces(session.environment),
      stateFolder: try session.environment.stateFolder)
  }

  /// Those that are named; else those that are used here.
  func chosen(_ named: [HelperClient]) -> [HelperClient] {
    guard named.isEmpty else { return HelperClient.allCases.filter(named.contains) }
    return HelperClient.allCases.filter { client in
      client.programs.contains { session.program($0) != nil } || setup.hasOwnFile(client)
    }
  }

  /// Why a client would not find docker-credential-vault, or find another than ours.
  var programFault: String? {
    let name = "docker-credential-vault"
    let own = session.ownFolder.map { $0 + "/" + name }
    guard let found = session.program(name) else {
      let place = own.flatMap { unsafe access($0, X_OK) == 0 ? $0 : nil }
      return "\(name) is not on the PATH, so the clients cannot start it: "
        + (place.map { "link \($0) into a folder of the PATH" } ?? "install it beside vault")
    }
    guard let own, unsafe access(own, X_OK) == 0, session.resolve(found) != session.resolve(own)
    else { return nil }
    return "the clients will start \(found), and not \(own), which belongs to this program"
  }
}

/// A line of `helper status`; encoded as JSON, the documented shape.
struct HelperRow: Encodable, TableRow {
  let client: String
  let file: String
  let state: String

  static let header = ["CLIENT", "STATE", "FILE"]
  var cells: [String] { [client, state, file.escapingControls] }
}

extension HelperSetup.State {
  /// The state in a word or two.
  var word: String {
    switch self {
    case .installed: "installed"
    case .notInstalled: "not installed"
    case .other(let name): "asks \(name)"
    }
  }
}

extension HelperSetup.Outcome {
  var words: String {
    switch self {
    case .made: "made: it asks the vault from now on"
    case .changed(let previous?):
      "changed: it asks the vault from now on, and no longer \(previous)"
    case .changed(nil): "changed: it asks the vault from now on"
    case .unchanged: "stays as it is"
    case .restored: "no longer asks the vault; all else is as it was"
    case .removed: "is gone, as it was ours"
    case .kept(let clients): "stays for \(clients.joined(separator: " and "))"
    case .leftAlone(let reason): "stays as it is: \(reason)"
    }
  }
}
