internal import ArgumentParser
internal import SealedFormat
package import Vault

/// The group of commands about the settings.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show and change the settings.",
    discussion: """
      Example:
        \(calledName) config set store secret-service
        \(calledName) config list
      """,
    subcommands: [
      ConfigGetCommand.self, ConfigSetCommand.self, ConfigUnsetCommand.self,
      ConfigListCommand.self,
    ])
}

extension Settings.Key: ExpressibleByArgument {}

/// Prints one setting.
struct ConfigGetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the value of one setting; 1 if it is not set.",
    discussion: """
      Example:
        \(calledName) config get store
      """)

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(help: "Which setting.")
  var key: Settings.Key

  func run(in session: Session) throws(VaultError) -> Ending {
    let path = try session.environment.settingsFile
    guard let value = try SettingsFile(path: path)[key] else {
      throw VaultError(.notFound, "\(key.rawValue) is not set: \(key.usual)")
    }
    try session.output.write(line: value)
    return .done
  }
}

/// Changes one setting.
struct ConfigSetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change one setting.",
    discussion: """
      Example:
        \(calledName) config set unlock.timeout 2h
      """)

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(help: "Which setting.")
  var key: Settings.Key

  @Argument(help: "Its value.")
  var value: String

  func run(in session: Session) throws(VaultError) -> Ending {
    let path = try session.environment.settingsFile
    let value = try Settings.checked(value, for: key, session.environment)
    try SettingsFile.set(key, to: value, path: path)
    verbosity.console(in: session).info("Recorded '\(key.rawValue) = \(value)' in \(path)")
    return .done
  }
}

/// Takes one setting back.
struct ConfigUnsetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "unset",
    abstract: "Forget one setting.",
    discussion: """
      Example:
        \(calledName) config unset store
      """)

  @OptionGroup var verbosity: VerbosityOptions

  @Argument(help: "Which setting.")
  var key: Settings.Key

  func run(in session: Session) throws(VaultError) -> Ending {
    let path = try session.environment.settingsFile
    try SettingsFile.set(key, to: nil, path: path)
    verbosity.console(in: session).info("\(key.rawValue) is no longer set: \(key.usual)")
    return .done
  }
}

/// Shows all settings.
struct ConfigListCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List all settings.",
    discussion: """
      Example:
        \(calledName) config list
      """)

  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    let settings = try SettingsFile(path: session.environment.settingsFile)
    try session.output.write(
      format.text(of: Settings.Key.allCases.map { SettingRow(key: $0, value: settings[$0]) }))
    return .done
  }
}

extension Settings.Key {
  /// What is in force if the setting is missing, for people.
  fileprivate var usual: String {
    switch self {
    case .keyFile: "no key file"
    case .unlockTimeout: "8h"
    case .helperWhenLocked: "fail"
    case .store: "sealed; the first login asks where there is a choice"
    case .keyringTimeout: "3s"
    }
  }
}

/// A line of `config list`; encoded as JSON, the documented shape.
struct SettingRow: Encodable, TableRow {
  let key: String
  let value: String?
  private let usual: String

  init(key: Settings.Key, value: String?) {
    self.key = key.rawValue
    self.value = value
    usual = key.usual
  }

  private enum CodingKeys: CodingKey {
    case key, value
  }

  static let header = ["KEY", "VALUE"]
  var cells: [String] { [key, value ?? "- (\(usual))"] }
}
