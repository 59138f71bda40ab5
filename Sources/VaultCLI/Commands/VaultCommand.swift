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
