import Foundation
import Testing
import VaultTestSupport

/// A sealed file that the desktop keyring opens.
@Suite(
  .desktopKeyring,
  .enabled(if: KernelKeys.areAvailable, "there is no kernel keyring or no keyctl"))
struct KeyringSlotTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }
  private let uri = "docker://registry.example.com"

  init() throws { session = try DesktopSession.withKeyring() }

  private func makeVault() throws {
    try writeFile(home.path("passphrase"), "correct horse\n")
    let made = try home.vault(
      "init", "--secret-service", "--passphrase-file", home.path("passphrase"))
    #expect(made.status == 0, "\(made.errors)")
    let login = try home.logIn(uri, as: "alice", with: "s3cret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
  }

  /// What the keyring shows of our items to every program.
  ///
  /// In order, as secret-tool prints attributes in any.
  private func shown() throws -> String {
    let found = try session.run(["secret-tool", "search", "--all", "v", "1"])
    return (found.output + found.errors).split(separator: "\n").sorted().joined(separator: "\n")
  }

  private func slots() throws -> [String] {
    try home.vault("slot", "list").output.split(separator: "\n").dropFirst().map {
      $0.split(separator: " ").prefix(2).joined(separator: " ")
    }
  }

  private func slot(_ kind: String) throws -> String {
    try slots().first { $0.hasSuffix(" " + kind) }.map { String($0.prefix(16)) } ?? "none"
  }

  @Test func `the vault is simply open, and the keyring names no registry`() throws {
    try makeVault()
    #expect(try home.vault("lock").status == 0)
    #expect(try home.secret(of: uri) == "s3cret")
    #expect(try slots().map { $0.drop { $0 != " " } } == [" passphrase", " secret-service"])
    let shown = try shown()
    let attributes = shown.split(separator: "\n").filter { $0.hasPrefix("attribute.") }
    #expect(
      Set(attributes.map { $0.prefix { $0 != "=" } }) == [
        "attribute.vault ", "attribute.slot ", "attribute.v ",
      ])
    #expect(attributes.contains("attribute.slot = \(try slot("secret-service"))"))
    #expect(!shown.contains("registry.example") && !shown.contains("alice"))
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(helper.output.contains("\"Secret\":\"s3cret\""))
    #expect(try home.vault("status").status == 0)
  }

  @Test func `the second get comes from the unlock cache, without the keyring and without a bus`()
    throws
  {
    try makeVault()
    // All in one session of the kernel's, as between two logins of a desktop.
    let outcome = try KernelKeys.inNewSession(
      [
        "bash", "-euc",
        """
        vault lock -q
        vault get registry.example.com
        DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent vault get registry.example.com
        printf registry.example.com |
          DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent docker-credential-vault get
        vault lock -q
        printf registry.example.com | docker-credential-vault get
        DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent vault get registry.example.com
        vault lock
        DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent vault get registry.example.com
        """,
      ], environment: home.environment
    ).run()
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.output.components(separatedBy: "s3cret").count == 6, "\(outcome.output)")
    #expect(outcome.errors.contains("The desktop keyring"))
  }

  @Test func `a keyring that is reset does not cost the vault`() throws {
    try makeVault()
    #expect(try session.run(["secret-tool", "clear", "v", "1"]).status == 0)
    #expect(try home.vault("lock").status == 0)
    let locked = try home.vault("get", uri)
    #expect(locked.status == 75)
    #expect(locked.errors.contains("it holds no key for this vault"), "\(locked.errors)")
    let opened = try home.vault("get", "--passphrase-file", home.path("passphrase"), uri)
    #expect(opened.output == "s3cret\n")
    let removed = try home.vault(
      "slot", "remove", "--passphrase-file", home.path("passphrase"), try slot("secret-service"))
    #expect(removed.status == 0)
    let added = try home.vault(
      "slot", "add", "secret-service", "--passphrase-file", home.path("passphrase"))
    #expect(added.status == 0, "\(added.errors)")
    #expect(try home.vault("lock").status == 0)
    #expect(try home.secret(of: uri) == "s3cret")
  }

  @Test(.terminal) func `a locked keyring is told, and the passphrase still opens`() throws {
    try makeVault()
    #expect(try home.vault("lock").status == 0)
    try session.lock()
    let start = ContinuousClock().now
    let locked = try home.vault("get", uri)
    #expect(ContinuousClock().now - start < .seconds(1))
    #expect(locked.status == 75)
    #expect(locked.errors.contains("the desktop keyring is locked"), "\(locked.errors)")
    #expect(
      try home.vault("get", "--passphrase-file", home.path("passphrase"), uri).output == "s3cret\n")
    let terminal = try home.terminal("get", "--show", uri)
    try terminal.expect("the desktop keyring is locked")
    try terminal.expect("Passphrase of the vault")
    try terminal.type("correct horse\n")
    #expect(try terminal.finish() == .exited(0))
    #expect(try home.vault("lock").status == 0)
  }

  @Test func `what holds no key for this vault opens nothing`() throws {
    try makeVault()
    let slot = try slot("secret-service")
    let shown = try shown()
    let vault = shown.split(separator: "\n").first { $0.hasPrefix("attribute.vault = ") }?
      .dropFirst("attribute.vault = ".count)
    for text in ["", "not base64!", "AAAA", String(repeating: "A", count: 43) + "="] {
      let stored = try session.run(
        [
          "secret-tool", "store", "--label=x", "vault", String(vault ?? ""), "slot", slot, "v", "1",
        ],
        input: text)
      #expect(stored.status == 0)
      #expect(try home.vault("lock").status == 0)
      let outcome = try home.vault("get", uri)
      #expect(outcome.status == 75, "\(text) \(outcome.output) \(outcome.errors)")
      #expect(outcome.errors.contains("The desktop keyring does not open the vault"))
    }
  }

  @Test func `slot remove and rekey take the keyring's key away`() throws {
    try makeVault()
    let removed = try home.vault("slot", "remove", try slot("secret-service"))
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(try !shown().contains("attribute.slot"))
    #expect(try home.vault("lock").status == 0)
    #expect(try home.vault("get", uri).status == 75)

    let byFile = ["--passphrase-file", home.path("passphrase")]
    #expect(try home.command(["slot", "add", "secret-service"] + byFile).run().status == 0)
    let before = try slot("secret-service")
    let rekeyed = try home.vault(
      "rekey", "--keep-secret-service", "--keep-passphrase-file", home.path("passphrase"))
    #expect(rekeyed.status == 0, "\(rekeyed.errors)")
    #expect(try slot("secret-service") != before)
    #expect(try !shown().contains(before))
    #expect(try shown().contains(slot("secret-service")))
    #expect(try home.secret(of: uri) == "s3cret")

    let dropped = try home.vault(
      "rekey", "--keep-passphrase-file", home.path("passphrase"), "--drop-others")
    #expect(dropped.errors.contains("(secret-service)"), "\(dropped.errors)")
    #expect(try !shown().contains("attribute.slot"))
    #expect(try home.vault("get", uri).status == 75)
  }

  @Test(.terminal) func `a rekey that does not happen leaves no key in the keyring`() throws {
    try makeVault()
    let before = try shown()
    let terminal = try home.terminal("rekey", "--keep-secret-service")
    try terminal.expect("Go on? [y/N] ")
    try terminal.type("n\n")
    #expect(try terminal.finish() == .exited(77))
    #expect(try shown() == before)
    // The file cannot be written.
    let rekey = try home.command(["rekey", "--keep-secret-service", "--drop-others"])
    let failed = try session.script(
      "trap '' XFSZ; ulimit -f 0; exec " + rekey.words.map { "'\($0)'" }.joined(separator: " "))
    #expect(failed.status != 0, "\(failed.errors)")
    #expect(try shown() == before)
    #expect(try home.secret(of: uri) == "s3cret")
  }

  @Test func `init says what a vault without another way in risks`() throws {
    let made = try home.vault("init", "--secret-service", "--no-recovery")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.errors.contains("If the desktop keyring is reset"))
    #expect(try slots().count == 1)
    #expect(try home.vault("status").status == 0)
    let last = try home.vault("slot", "remove", try slot("secret-service"))
    #expect(last.status == 64)
    #expect(try home.vault("status").status == 0)
  }

  @Test func `init with a key file makes both slots, and without a keyring makes nothing`() throws {
    let made = try home.vault("init", "--secret-service", "--key-file", home.keyFile)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try slots().count == 2)
    try session.lock()
    let other = home.path("other.sealed")
    for options in [["--no-recovery"], ["--passphrase-file", home.keyFile]] {
      let refused = try home.command(["init", "--secret-service", "--vault", other] + options).run()
      #expect(refused.status == 75, "\(refused.errors)")
      #expect(try Command(["test", "-e", other]).run().status == 1)
    }
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    #expect(
      try home.vault("init", "--secret-service", "--no-recovery", "--vault", other).status == 69)
  }

  @Test(
    .terminal, arguments: [("1", "secret-service"), ("", "secret-service"), ("2", "passphrase")])
  func `the first login offers the keyring, and makes what was chosen`(
    _ answer: String, _ kind: String
  ) throws {
    let terminal = try home.terminal(
      "registry", "login", "-u", "alice", "--no-verify", "registry.example.com")
    try terminal.expect("the desktop keyring is open")
    try terminal.expect("1, 2 or 3 [1]: ")
    try terminal.type(answer + "\n")
    try terminal.expect("New passphrase")
    try terminal.type("correct horse\n")
    try terminal.expect("Repeat the passphrase")
    try terminal.type("correct horse\n")
    try terminal.expect("Password / Token: ")
    try terminal.type("s3cret\n")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try slots().last?.hasSuffix(" " + kind) == true)
    #expect(try home.secret(of: uri) == "s3cret")
  }

  @Test(.terminal) func `the first login offers the keyring itself, and remembers it`() throws {
    let terminal = try home.terminal(
      "registry", "login", "-u", "alice", "--no-verify", "registry.example.com")
    try terminal.expect("1, 2 or 3 [1]: ")
    try terminal.type("3\n")
    try terminal.expect("store = secret-service")
    try terminal.expect("Password / Token: ")
    try terminal.type("s3cret\n")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try home.secret(of: uri) == "s3cret")
    #expect(try Command(["test", "-e", home.vaultFile]).run().status == 1)
    let again = try home.logIn("two.example.com", as: "u", with: "p", "--no-verify")
    #expect(again.errors.contains("Token stored in the desktop keyring"))
  }

  @Test(.terminal) func `a locked keyring is not offered`() throws {
    try session.lock()
    let terminal = try home.terminal(
      "registry", "login", "-u", "alice", "--no-verify", "registry.example.com")
    try terminal.expect("New passphrase")
    #expect(!terminal.screen.contains("1, 2 or 3"))
  }
}
