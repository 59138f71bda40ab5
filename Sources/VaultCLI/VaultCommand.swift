import ArgumentParser
import SealedFormat
import Vault

/// The command `vault`.
struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault",
    abstract: "Keep the credentials of container registries sealed.",
    discussion: """
      Example:
        vault registry login --username myuser docker://registry.example.com
        vault registry list
      """,
    version: programVersion,
    subcommands: [
      RegistryCommand.self, GetCommand.self, InitCommand.self, StatusCommand.self,
      UnlockCommand.self, LockCommand.self, SlotCommand.self, PassphraseCommand.self,
      RekeyCommand.self, HelperCommand.self, MigrateCommand.self, ExportCommand.self,
      ExecCommand.self, ConfigCommand.self, DoctorCommand.self,
    ])
}

/// A command that meets the outside world only through its session.
protocol SessionCommand: ParsableCommand {
  func run(in session: Session) throws
}

/// How much is said.
struct TalkOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say only what is wrong.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say why things are done the way they are.")
  var verbose = false

  func talk(in session: Session) -> Talk {
    Talk(output: session.errors, level: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}
