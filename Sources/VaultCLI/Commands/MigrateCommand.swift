import ArgumentParser
import Compat
import SealedFormat
import Vault

/// Takes over what lies in the clear in other programs' files.
struct MigrateCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Take over the logins that lie in the clear in other programs' files.",
    discussion: """
      Looks in the files of Apptainer, Singularity, docker and podman, or in those that are named; shows a \
      plan and asks; seals every login, and only then takes its secret out of the file. Everything else in \
      a file stays as it is.

      Example:
        \(calledName) migrate --dry-run
        \(calledName) migrate
        \(calledName) migrate --undo
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var connection: RegistryOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Only show the plan; nothing is written.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Go on without asking.")
  var yes = false

  @Flag(help: "Try each login at its registry; one that does not hold stays where it is.")
  var check = false

  @Option(
    help: ArgumentHelp(
      """
      Which secret wins if there are several: vault, file, the path of a file, or PATH:LINE. May be given \
      again; the first that decides counts.
      """, valueName: "which"))
  var prefer: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: "Have the programs ask the vault afterwards (\(calledName) helper install), or do not.")
  var helper: Bool?

  @Option(help: "How to print the plan: table or json.")
  var format: ListFormat = .table

  @Flag(
    help: """
      Give the files of the last migration back, or those of the migration whose number is given. Files that \
      this machine has no proof for are named after the number.
      """)
  var undo = false

  @Flag(help: "Forget how to undo a migration.")
  var forget = false

  @Flag(help: "List what can be undone.")
  var list = false

  @Argument(
    help: ArgumentHelp(
      "Files to look in; without one, all known places. With --undo or --forget, a migration's number.",
      valueName: "file"))
  var files: [String] = []

  func validate() throws {
    let actions = [dryRun || check, undo, forget, list].filter { $0 }.count
    guard actions <= 1, !yes || !(forget || list) else {
      throw ValidationError("--undo, --forget and --list go alone, --undo also with --yes.")
    }
    if list, !files.isEmpty { throw ValidationError("--list takes no file.") }
    if forget, files.count != 1 || number == nil {
      throw ValidationError("--forget takes one number, as --list shows it.")
    }
    // A file whose name is a number can be named as ./7.
    if undo, files.dropFirst(number == nil ? 0 : 1).contains(where: { Int($0) != nil }) {
      throw ValidationError("--undo takes a number, as --list shows it, before the files.")
    }
  }

  /// The number of the migration that is undone or forgotten.
  private var number: Int? { files.first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console, leavesMark: !dryRun)
    let history = MigrationHistory(session: session, console: console, prompter: prompter)
    if list {
      try history.list(format)
    } else if undo {
      let named = files.dropFirst(number == nil ? 0 : 1).map(session.environment.absolute)
      try history.undo(number, named: named, isConfirmed: yes)
    } else if forget {
      try history.forget(number ?? 0)
    } else {
      try MigrationDialog(request(in: session.environment), session, console, prompter).run()
    }
    return .done
  }

  private func request(in environment: Environment) -> MigrationRequest {
    MigrationRequest(
      files: files.map(environment.absolute),
      preferences: prefer.map { word in
        switch word {
        case "vault": .vault
        case "file": .file
        default: .init(file: word, in: environment)
        }
      },
      isDryRun: dryRun, isConfirmed: yes, connection: check ? connection : nil,
      installsHelper: helper, format: format)
  }
}
