/// A throw-away home folder, and `vault` run in it.
package final class VaultHome {
  private let folder: TemporaryFolder
  /// All that a command run here has in its environment; may be changed.
  package var environment: [String: String]

  /// Makes an empty home.
  package init() throws {
    folder = try TemporaryFolder()
    environment = Command.plainEnvironment
    environment["HOME"] = folder.path
    environment["PATH"] = PackageFolder.programs + ":" + (environment["PATH"] ?? "")
    environment["SWIFT_BACKTRACE"] = "enable=no"
  }

  /// Has the kernel forget what a passphrase typed here has unlocked: it would outlive the files.
  deinit { _ = try? vault("lock") }

  /// Makes a home with a vault that a key file opens, without anybody being asked.
  package static func withVault() throws -> VaultHome {
    let home = try VaultHome()
    let made = try home.vault("init", "--key-file", home.keyFile)
    guard made.status == 0 else { throw TestFailure("vault init failed: \(made.errors)") }
    return home
  }

  /// The home folder.
  package var path: String { folder.path }
  /// Where the vault is, unless told otherwise.
  package var vaultFile: String { path(".local/share/vault/vault.sealed") }
  /// The folder of the vault.
  package var vaultFolder: String { path(".local/share/vault") }
  /// The key file of `withVault()`.
  package var keyFile: String { path("vault.key") }

  /// The path of something in the home folder.
  package func path(_ name: String) -> String { folder.path(name) }

  /// Writes the settings.
  package func set(_ settings: String) throws {
    for folder in [".config", ".config/vault"] where entriesMissing(folder) {
      try makeFolder(path(folder))
    }
    try writeFile(path(".config/vault/config"), settings)
  }

  private func entriesMissing(_ name: String) -> Bool {
    (try? Command(["test", "-d", path(name)]).run().status) != 0
  }

  /// Runs `vault` to its end, without a terminal.
  package func vault(_ arguments: String..., input: String = "") throws -> Outcome {
    try command(arguments, input: input).run()
  }

  /// Logs in with `--password-stdin`.
  package func logIn(
    _ uri: String, as user: String, with password: String, _ options: String...
  ) throws -> Outcome {
    try command(
      ["registry", "login", "--username", user, "--password-stdin"] + options + [uri],
      input: password + "\n"
    ).run()
  }

  /// The secret that the vault gives out for an address, without its line end; nil for none.
  package func secret(of uri: String) throws -> String? {
    let outcome = try vault("get", "--field", "secret", uri)
    guard outcome.status == 0, outcome.output.hasSuffix("\n") else { return nil }
    return String(outcome.output.dropLast())
  }

  /// `vault` with arguments, not yet run.
  package func command(_ arguments: [String], input: String = "") throws -> Command {
    var command = Command(
      [try PackageFolder.program("vault")] + arguments, environment: environment)
    command.input = Array(input.utf8)
    return command
  }

  /// `vault` with arguments, on a terminal of its own.
  package func terminal(_ arguments: String...) throws -> PseudoTerminal {
    try terminal(running: [try PackageFolder.program("vault")] + arguments)
  }

  /// Another program on a terminal of its own.
  package func terminal(running words: [String]) throws -> PseudoTerminal {
    try PseudoTerminal(words, environment: environment.merging(["TERM": "xterm"]) { $1 })
  }
}
