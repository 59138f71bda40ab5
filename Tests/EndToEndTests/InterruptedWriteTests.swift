import Testing
import VaultTestSupport

/// A write that fails or is killed half-way leaves the vault as it was.
struct InterruptedWriteTests {
  private static let canMount: Bool = (try? TemporaryDisk(kibibytes: 64)) != nil

  private let uri = "docker://registry.example.com"

  @Test(.enabled(if: canMount, "only root may mount a small disk"))
  func `a full disk is said, and the vault stays as it was`() throws {
    let disk = try TemporaryDisk(kibibytes: 64)
    let home = try VaultHome()
    let vault = disk.path + "/vault.sealed"
    home.environment["VAULT_FILE"] = vault
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    #expect(try home.logIn(uri, as: "alice", with: "old", "--no-verify").status == 0)
    let before = try readFile(vault)

    try disk.fill()
    let login = try home.logIn(uri, as: "alice", with: "new", "--no-verify")
    #expect(login.status == 74 || login.status == 73, "\(login.errors)")
    #expect(login.errors.contains("space"), "\(login.errors)")
    #expect(try readFile(vault) == before)
    #expect(try home.secret(of: uri) == "old")
    #expect(files(below: disk.path).allSatisfy { !$0.hasSuffix(".tmp") })

    try disk.makeRoom()
    #expect(try home.logIn(uri, as: "alice", with: "new", "--no-verify").status == 0)
    #expect(try home.secret(of: uri) == "new")
  }

  @Test(
    .tracing,
    arguments: [
      "fchmod:when=1", "write:when=1", "fsync:when=1", "renameat:when=1", "fsync:when=2",
    ])
  func `a login killed at any step leaves a vault that opens`(step: String) throws {
    let home = try VaultHome.withVault()
    #expect(try home.logIn(uri, as: "alice", with: "old", "--no-verify").status == 0)
    let login = try home.tracedLogin(to: uri, password: "new", injecting: step, "signal=KILL")
    #expect(try login.run().ending == .killed(by: 9))

    let secret = try home.secret(of: uri)
    #expect(secret == "old" || secret == "new")
    if !step.hasPrefix("fsync:when=2") { #expect(secret == "old") }
    #expect(try home.logIn(uri, as: "alice", with: "newer", "--no-verify").status == 0)
    #expect(try home.secret(of: uri) == "newer")
    #expect(files(below: home.vaultFolder).allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test(
    .tracing,
    arguments: ["fchmod", "write", "fsync", "renameat"], ["EIO", "ENOSPC", "EDQUOT", "EROFS"])
  func `a system call that fails is said, and the vault stays as it was`(
    call: String, failure: String
  ) throws {
    let home = try VaultHome.withVault()
    #expect(try home.logIn(uri, as: "alice", with: "old", "--no-verify").status == 0)
    let before = try readFile(home.vaultFile)
    let login = try home.tracedLogin(
      to: uri, password: "new", injecting: call + ":when=1", "error=" + failure
    ).run()
    #expect(login.status == 74, "\(login.errors)")
    #expect(login.errors.contains(home.vaultFolder), "\(login.errors)")
    #expect(try readFile(home.vaultFile) == before)
    #expect(try home.secret(of: uri) == "old")
    #expect(files(below: home.vaultFolder).allSatisfy { !$0.hasSuffix(".tmp") })
  }

  /// A Ctrl-C while a plaintext file is written into a folder of another program.
  @Test(
    .tracing, arguments: ["", ":error=EIO"])
  func `an interrupted export leaves no secret in a file of another name`(_ fault: String) throws {
    let home = try VaultHome.withVault()
    let secret = "unm1stakable-s3cret"
    #expect(
      try home.logIn("registry.example.com", as: "alice", with: secret, "--no-verify").status == 0)
    let target = home.path("config.json")
    var export = try home.command(["export", "--as", "docker-config", "--output", target])
    export.words =
      Tracing.words("trace=fsync,renameat", "inject=renameat:signal=SIGINT\(fault):when=1")
      + export.words
    let outcome = try export.run()
    #expect(outcome.ending == .killed(by: 2), "\(outcome.errors)")
    let holders = try leftovers(of: [secret], below: home.path)
    let isWritten = fault.isEmpty
    #expect(!holders.isEmpty == isWritten, "\(holders)")
    #expect(holders.allSatisfy { $0.hasPrefix(target) }, "\(holders)")
  }
}

extension VaultHome {
  /// A login in which a system call goes wrong.
  fileprivate func tracedLogin(
    to uri: String, password: String, injecting step: String, _ fault: String
  ) throws -> Command {
    let call = step.prefix { $0 != ":" }
    let place = step.dropFirst(call.count)
    var command = try command(
      [
        "registry", "login", "--no-verify", "--username", "alice", "--password-stdin", uri,
      ], input: password)
    command.words =
      Tracing.words("trace=\(call)", "inject=\(call):\(fault)\(place)") + command.words
    return command
  }
}
