import Testing
import VaultTestSupport

/// A vault that is older than the one we saw last, another one, or gone.
struct RollbackTests {
  private let uri = "docker://registry.example.com"

  /// Reading and writing both say that this is not the vault that was here, and change nothing.
  private func expectRefusal(in home: VaultHome) throws {
    let before = try? readFile(home.vaultFile)
    let commands = try [
      home.command(["get", uri]),
      home.command(["registry", "list"]),
      home.command(
        ["registry", "login", "--no-verify", "-u", "alice", "--password-stdin", uri], input: "x"),
    ]
    for command in commands {
      let outcome = try command.run()
      #expect(outcome.status == 76, "\(command.words): \(outcome.errors)")
      #expect(outcome.errors.contains(home.vaultFile), "\(command.words): \(outcome.errors)")
      #expect(outcome.output == "")
      #expect((try? readFile(home.vaultFile)) == before)
    }
  }

  @Test func `an older vault put back is refused, and the right one opens again`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn(uri, as: "alice", with: "old", "--no-verify")
    let older = try readFile(home.vaultFile)
    _ = try home.logIn(uri, as: "alice", with: "new", "--no-verify")
    let newer = try readFile(home.vaultFile)

    try writeFile(home.vaultFile, older)
    try expectRefusal(in: home)
    try writeFile(home.vaultFile, newer)
    #expect(try home.secret(of: uri) == "new")
  }

  @Test func `another vault of the same key file is refused`() throws {
    let home = try VaultHome.withVault()
    let other = try VaultHome()
    try writeFile(other.keyFile, try readFile(home.keyFile))
    #expect(try other.vault("init", "--key-file", other.keyFile).status == 0)
    try writeFile(home.vaultFile, try readFile(other.vaultFile))
    try expectRefusal(in: home)
  }

  @Test func `a vault that is gone is missed, not made anew`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(try Command(["rm", home.vaultFile]).run().status == 0)
    try expectRefusal(in: home)
  }
}
