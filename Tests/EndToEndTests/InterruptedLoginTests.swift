import Testing
import VaultTestSupport

/// Ctrl-C while a registry takes its time: the program ends by it at once, and nothing is stored.
struct InterruptedLoginTests {
  @Test(.terminal, arguments: [2, 15] as [Int32])
  func `a signal while the registry is asked ends the login, and nothing is stored`(
    number: Int32
  ) throws {
    let server = try ScriptedServer { _, _ in .silence }
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    let terminal = try home.terminal(
      "registry", "login", "-u", "alice", "--insecure", "127.0.0.1:\(server.port)")
    try terminal.expect("Password / Token: ")
    try terminal.type("s3cret\r")
    try wait(for: server)
    if number == 2 { try terminal.type("\u{3}") } else { try terminal.signal(number) }
    #expect(try terminal.finish(within: 5) == .killed(by: number))
    #expect(terminal.echoes)
    #expect(!terminal.screen.contains("s3cret"))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test(.terminal) func `Ctrl-C while all are asked ends the check, and nothing is noted`() throws {
    let server = try ScriptedServer { _, _ in .silence }
    let home = try VaultHome.withVault()
    for prefix in ["a", "b"] {
      _ = try home.logIn(
        "127.0.0.1:\(server.port)/\(prefix)", as: "alice", with: "s3cret", "--no-verify")
    }
    let before = try readFile(home.vaultFile)
    let terminal = try home.terminal("registry", "check", "--insecure")
    try terminal.expect("Asked for 0 of 2 logins")
    try wait(for: server)
    try terminal.type("\u{3}")
    #expect(try terminal.finish(within: 5) == .killed(by: 2))
    #expect(terminal.echoes)
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test(.terminal) func `Ctrl-C while a busy registry's pause is waited for ends the login`() throws
  {
    let server = try ScriptedServer { _, _ in .whole(503, [("Retry-After", "20")]) }
    let home = try VaultHome.withVault()
    let terminal = try home.terminal(
      "registry", "login", "-u", "alice", "--insecure", "127.0.0.1:\(server.port)")
    try terminal.expect("Password / Token: ")
    try terminal.type("s3cret\r")
    try wait(for: server)
    try terminal.type("\u{3}")
    #expect(try terminal.finish(within: 5) == .killed(by: 2))
    #expect(server.requests.count == 1)
  }

  private func wait(for server: ScriptedServer) throws {
    _ = try waitFor("a request", atMost: 20) { server.requests.first }
  }
}
