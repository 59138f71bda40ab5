import Testing
import VaultTestSupport

/// The servers and the terminal that the other tests rely on, checked with a program of others.
struct FixtureTests {
  private func skopeoLogin(to host: String, password: String) throws -> Outcome {
    let folder = try TemporaryFolder()
    var login = Command([
      "skopeo", "login", "--tls-verify=false", "--authfile", folder.path("auth.json"),
      "--username", "alice", "--password-stdin", host,
    ])
    login.input = Array(password.utf8)
    return try login.run()
  }

  @Test func `a registry with Basic authentication tells right from wrong`() throws {
    let registry = try DockerRegistry(.basic(user: "alice", password: "right"))
    let right = try skopeoLogin(to: registry.host, password: "right")
    #expect(right.status == 0, "\(right.errors)")
    #expect(try skopeoLogin(to: registry.host, password: "wrong").status != 0)
  }

  @Test func `a registry with Bearer authentication tells right from wrong`() throws {
    let server = try TokenServer(user: "alice", password: "right")
    let registry = try DockerRegistry(.bearer(server))
    let right = try skopeoLogin(to: registry.host, password: "right")
    #expect(right.status == 0, "\(right.errors)")
    #expect(try skopeoLogin(to: registry.host, password: "wrong").status != 0)
  }

  @Test func `a stopped registry no longer answers`() throws {
    let registry = try DockerRegistry(.none)
    #expect(try skopeoLogin(to: registry.host, password: "any").status == 0)
    registry.stop()
    #expect(try skopeoLogin(to: registry.host, password: "any").status != 0)
  }

  @Test func `a command has no terminal`() throws {
    #expect(try Command(["sh", "-c", "exec </dev/tty"]).run().status != 0)
  }

  @Test func `a command that hangs is ended and reported`() throws {
    var sleeper = Command(["sleep", "60"])
    sleeper.patience = 0.2
    #expect(throws: TestFailure.self) { try sleeper.run() }
  }

  @Test(.terminal) func `a terminal that a program left without echo is found out`() throws {
    let terminal = try PseudoTerminal(
      ["sh", "-c", "stty -echo; printf 'ask: '; read answer; echo \"got $answer\"; exit 3"],
      environment: Command.plainEnvironment)
    try terminal.expect("ask: ")
    #expect(!terminal.echoes)
    try terminal.type("word\r")
    try terminal.expect("got word")
    #expect(try terminal.finish() == .exited(3))
    #expect(!terminal.echoes)
  }

  @Test(.terminal) func `Ctrl-C reaches the program at a terminal and ends it`() throws {
    let terminal = try PseudoTerminal(
      ["sh", "-c", "echo ready; exec sleep 60"], environment: Command.plainEnvironment)
    try terminal.expect("ready")
    #expect(terminal.echoes)
    try terminal.type("\u{3}")
    #expect(try terminal.finish() == .killed(by: 2))
  }
}
