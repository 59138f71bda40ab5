import ArgumentParser

/// The group of commands about registries.
struct RegistryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry",
    abstract: "Log in to registries, log out, list and check the logins.",
    discussion: """
      Example:
        \(calledName) registry login --username myuser docker://registry.example.com
      """,
    subcommands: [
      LoginCommand.self, LogoutCommand.self, ListCommand.self, CheckCommand.self,
    ])
}
