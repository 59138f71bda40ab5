import Glibc
import SealedFormat
import Vault
import VaultTestSupport

@testable import VaultCLI

/// A home folder and what commands say in it, all inside the test.
final class TestWorld {
  private let folder: TemporaryFolder
  var variables: [String: String] = [:]
  var now: Int64 = 1_800_000_000

  /// What one command line said and how it ended.
  struct Result {
    let ending: VaultCLI.Ending
    let output: String
    let errors: String

    /// The exit status, or -1 for a signal.
    var status: Int32 {
      if case .status(let status) = ending { status.rawValue } else { -1 }
    }
  }

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.path(name) }

  var vaultFile: String { path(".local/share/vault/vault.sealed") }

  /// Makes a vault that a key file named in the settings opens.
  func makeVault() throws {
    let made = try run("init", "--key-file", path("keys/vault.key"))
    guard made.status == 0 else { throw TestFailure("init failed: \(made.errors)") }
  }

  /// Stores a login without asking a registry.
  func logIn(_ uri: String, as user: String = "u", with secret: String = "s") throws -> Result {
    try run(
      "registry", "login", "-u", user, "--password-stdin", "--no-verify", uri, input: secret)
  }

  /// Runs one command line without a terminal.
  func run(_ arguments: String..., input: String = "") throws -> Result {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: String = "") throws -> Result {
    try writeFile(path("stdin"), input)
    try writeFile(path("stdout"), "")
    try writeFile(path("stderr"), "")
    let descriptors = ["stdin", "stdout", "stderr"].map { unsafe open(path($0), O_RDWR) }
    defer { for descriptor in descriptors { close(descriptor) } }
    let environment = Environment(
      variables.merging(["HOME": folder.path]) { given, _ in given }, workingFolder: folder.path)
    let now = now
    let session = Session(
      arguments: arguments.map { Array($0.utf8) }, environment: environment, input: descriptors[0],
      output: Output(descriptor: descriptors[1], environment: environment),
      errors: Output(descriptor: descriptors[2], environment: environment),
      terminalPath: path("no terminal"), now: { now })
    let ending = session.run()
    return Result(
      ending: ending, output: String(decoding: try readFile(path("stdout")), as: UTF8.self),
      errors: String(decoding: try readFile(path("stderr")), as: UTF8.self))
  }
}
