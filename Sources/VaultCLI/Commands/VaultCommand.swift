import ArgumentParser
import SealedFormat
import Vault

/// The command `vault`.
struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: calledName,
    abstract: "Keep the credentials of container registries sealed.",
    discussion: """
      Example:
        \(calledName) registry login --username myuser docker://registry.example.com
        \(calledName) registry list
      """,
    version: "\(calledName) (registry credentials) \(programVersion)",
    subcommands: [
      RegistryCommand.self, GetCommand.self, InitCommand.self, StatusCommand.self,
      UnlockCommand.self, LockCommand.self, SlotCommand.self, PassphraseCommand.self,
      RekeyCommand.self, HelperCommand.self, MigrateCommand.self, ExportCommand.self,
      ExecCommand.self, ConfigCommand.self, DoctorCommand.self,
    ])

  /// Commands of HashiCorp's program and of OpenBao that this one does not have.
  static let foreignCommands: Set<String> = [
    "agent", "audit", "auth", "debug", "delete", "events", "hcp", "kv", "lease", "list", "login",
    "monitor", "namespace", "operator", "patch", "path-help", "pki", "plugin", "policy", "print",
    "proxy", "read", "secrets", "server", "ssh", "token", "transform", "transit", "unwrap",
    "version", "version-history", "write",
  ]
}
