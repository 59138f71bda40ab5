/// An ssh-agent of a test's own, and keys that are made for it.
package final class SSHAgentProcess {
  /// Whether OpenSSH's programs are installed.
  package static let isAvailable = ["ssh-agent", "ssh-add", "ssh-keygen"].allSatisfy {
    (try? Command(["sh", "-c", "command -v \"$1\"", "sh", $0]).run().status) == 0
  }

  private let folder: TemporaryFolder
  private let agent: RunningCommand
  private var environment: [String: String]

  /// Starts an agent without keys; `variables` are added to its environment.
  package init(_ variables: [String: String] = [:]) throws {
    let folder = try TemporaryFolder()
    environment = Command.plainEnvironment.merging(variables) { $1 }
    environment["HOME"] = folder.path
    environment["SSH_AUTH_SOCK"] = folder.path("agent")
    agent = try Command(
      ["ssh-agent", "-D", "-a", folder.path("agent")], environment: environment
    ).start()
    self.folder = folder
    try waitUntil("the agent") {
      try Command(["test", "-S", folder.path("agent")]).run().status == 0
    }
  }

  /// Its socket.
  package var socket: String { folder.path("agent") }

  /// The private key of a name; its public half is beside it.
  package func keyFile(_ name: String) -> String { folder.path(name) }

  /// Makes a key without a passphrase, which the agent does not have yet.
  package func makeKey(_ name: String, type: String = "ed25519", bits: Int? = nil) throws {
    let size = bits.map { ["-b", String($0)] } ?? []
    try run(
      ["ssh-keygen", "-q", "-t", type, "-N", "", "-C", name, "-f", keyFile(name)] + size)
  }

  /// Makes a key and gives it to the agent.
  package func addKey(
    _ name: String, type: String = "ed25519", bits: Int? = nil, _ options: String...
  ) throws {
    try makeKey(name, type: type, bits: bits)
    try run(["ssh-add", "-q"] + options + [keyFile(name)])
  }

  /// Runs a program that asks the agent.
  @discardableResult
  package func run(_ words: [String], variables: [String: String] = [:]) throws -> Outcome {
    let outcome = try Command(
      words, environment: environment.merging(variables) { $1 }
    ).run()
    guard outcome.status == 0 else { throw TestFailure("\(words): \(outcome.errors)") }
    return outcome
  }

  /// The fingerprint of a key.
  package func fingerprint(of name: String) throws -> String {
    let line = try run(["ssh-keygen", "-l", "-f", keyFile(name) + ".pub"]).output
    return String(line.split(separator: " ")[1])
  }

  /// Stops it for a while, or lets it continue, or ends it.
  package func signal(_ number: Int32) { agent.process.signal(number) }
}
