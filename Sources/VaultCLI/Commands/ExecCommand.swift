import ArgumentParser
import Compat
import Glibc
import SealedFormat
import Vault

/// Lends logins to one command.
struct ExecCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Lend logins to one command.",
    discussion: """
      The command gets the logins to the registries that are named, or that its own arguments name by \
      docker:// or oras://, in private files that are gone when it ends. Its exit status is passed on.

      Example:
        \(calledName) exec -- apptainer pull docker://registry.example.com/team/app:1
        \(calledName) exec --registry registry.example.com -- docker compose pull
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    name: .customLong("registry"),
    help: ArgumentHelp(
      "A registry, or what else is listed, whose login is lent. May be given again.",
      valueName: "uri"))
  var registries: [String] = []

  @Option(
    help: ArgumentHelp(
      "A variable that gets the user name of the only registry.", valueName: "name"))
  var usernameVariable: String?

  @Option(
    help: ArgumentHelp(
      "A variable that gets the secret of the only registry, for a command that reads no file.",
      valueName: "name"))
  var secretVariable: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    guard !command.isEmpty else {
      throw ValidationError("Name the command after --: \(calledName) exec -- COMMAND ARGUMENT…")
    }
    if usernameVariable != nil || secretVariable != nil, registries.count != 1 {
      throw ValidationError("A variable holds one login: give --registry once with it.")
    }
    if registries.contains("") { throw ValidationError("--registry is empty.") }
    for name in [usernameVariable, secretVariable].compactMap({ $0 }) {
      guard name.utf8.first?.isDigit == false, name.utf8.allSatisfy(Self.isNameByte) else {
        throw ValidationError("\"\(name)\" is not the name of a variable.")
      }
      // The loader and shells read these, and print what they cannot use.
      guard name != "PATH", !name.hasPrefix("LD_") else {
        throw ValidationError("\(name) is the system's: choose another variable.")
      }
    }
  }

  /// The words without the arguments of the command, which `run` takes from the session as bytes.
  ///
  /// ArgumentParser's time grows with the square of their number.
  static func parsed(_ words: [String]) -> [String] {
    guard words.first == configuration.commandName, let end = words.firstIndex(of: "--") else {
      return words
    }
    return Array(words.prefix(end + 2))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_")
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let words = Array(session.arguments.drop { !$0.elementsEqual("--".utf8) }.dropFirst())
    guard let program = ChildProgram(words, in: session) else {
      return ChildProgram.missing(command[0], console)
    }
    var requests = registries.map(LoanRequest.init(named:))
    if requests.isEmpty {
      requests = LoanRequest.found(
        in: words.dropFirst().map { String(decoding: $0, as: UTF8.self) })
    }
    guard !requests.isEmpty else {
      throw VaultError(
        .invalidInput,
        "no registry is named: give --registry, as \(command[0]) has no argument with "
          + "docker:// or oras://")
    }
    if let descriptor = vault.passphraseDescriptor, descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)  // it is for us alone
    }
    // A closed standard error must not end us before the lent files are removed.
    signal(SIGPIPE, SIG_IGN)
    let prompter = try VaultPrompter(session, vault, console)
    let loan = try LentLogins(prompter, requests, secretVariable: secretVariable)
    if !loan.isEmpty { warnOfOthers(session, console) }
    let hold = SignalHold()
    return try loan.run(program, usernameVariable: usernameVariable, hold)
  }

  /// Says it where the command may use another login than that which is lent.
  private func warnOfOthers(_ session: Session, _ console: Console) {
    let stronger = [
      "APPTAINER_DOCKER_USERNAME", "SINGULARITY_DOCKER_USERNAME", "DOCKER_USERNAME",
      "DOCKER_AUTH_CONFIG",
    ]
    for name in stronger where session.environment[name] != nil {
      console.warning("\(name) is set, and programs take that login before the one that is lent")
    }
  }
}
