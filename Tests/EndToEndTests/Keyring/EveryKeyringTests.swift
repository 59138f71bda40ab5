import Glibc
import Testing
import VaultTestSupport

/// What has to work with every desktop keyring, and without a display.
@Suite(.serialized)
struct EveryKeyringTests {
  private let registry = "registry.example.com"

  private func session(_ keyring: DesktopKeyring) throws -> DesktopSession {
    if let reason = keyring.whyMissing {
      // A case that cancels itself is not printed. Tests/run.sh counts and names this line.
      print("➜ Test \"\(keyring)\" skipped: \"\(reason)\"")
      try Test.cancel(Comment(rawValue: reason))
    }
    let session = try DesktopSession.with(keyring)
    try session.home.set("store = secret-service\nsecret-service.timeout = 2s\n")
    return session
  }

  private func helper(
    _ session: DesktopSession, _ action: String, _ input: String = ""
  ) throws -> Outcome {
    try session.run([try PackageFolder.program("docker-credential-vault"), action], input: input)
  }

  private func request(_ secret: String, server: String = "registry.example.com") -> String {
    "{\"ServerURL\":\"\(server)\",\"Username\":\"alice\",\"Secret\":\"\(secret)\"}"
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `logins are stored, listed, replaced and removed by vault and by its helper`(
    _ keyring: DesktopKeyring
  ) throws {
    let session = try session(keyring)
    let home = session.home
    let first = try home.logIn(
      registry, as: "alice", with: "one", "--no-verify", "--insecure")
    #expect(first.status == 0, "\(first.errors)")
    #expect(try home.vault("registry", "list").output.contains("docker://\(registry)  ✗!"))
    let second = try home.logIn(registry, as: "alice", with: "two", "--no-verify")
    #expect(second.status == 0, "\(second.errors)")
    // A login over TLS leaves nothing of the one without.
    #expect(try home.vault("registry", "list").output.contains("docker://\(registry)  ✓"))
    #expect(try home.secret(of: registry) == "two")
    for secret in ["three", "four"] {
      let stored = try helper(session, "store", request(secret))
      #expect(stored.status == 0, "\(stored.output)\(stored.errors)")
      let got = try helper(session, "get", registry)
      #expect(got.output.contains("\"Secret\":\"\(secret)\""), "\(got.output)")
    }
    let doctor = try home.vault("doctor")
    #expect(doctor.output.contains("The desktop keyring answers and is unlocked"))
    #expect(try home.vault("status").status == 0)
    let erased = try helper(session, "erase", registry)
    #expect(erased.status == 0, "\(erased.output)")
    #expect(try home.vault("get", registry).status == 1)
    #expect(try home.vault("registry", "list").output.hasSuffix("SECURE?\n"))
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `a locked keyring is 75 for every command, in time, and the sealed file opens without it`(
    _ keyring: DesktopKeyring
  ) throws {
    let session = try session(keyring)
    let home = session.home
    try writeFile(home.path("passphrase"), "a passphrase\n")
    #expect(try helper(session, "store", request("kept")).status == 0)
    let file = home.path("beside.sealed")
    let made = try home.vault(
      "init", "--vault", file, "--secret-service", "--passphrase-file", home.path("passphrase"))
    #expect(made.status == 0, "\(made.errors)")
    #expect(try home.vault("lock", "--vault", file).status == 0)
    try session.lock()

    for command in [
      ["get", registry], ["registry", "list"], ["registry", "logout", registry], ["status"],
      ["registry", "login", "-u", "u", "--password-stdin", "--no-verify", registry],
      ["init", "--secret-service", "--no-recovery"],
    ] {
      let start = ContinuousClock().now
      let outcome = try home.command(command, input: "p\n").run()
      #expect(outcome.status == 75, "\(command): \(outcome.output)\(outcome.errors)")
      #expect(outcome.errors.contains("is locked"), "\(command): \(outcome.errors)")
      #expect(ContinuousClock().now - start < .seconds(2), "\(command)")
    }
    for (action, input) in [
      ("get", registry), ("list", ""), ("erase", registry), ("store", request("p")),
    ] {
      let outcome = try helper(session, action, input)
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("is locked"), "\(action): \(outcome.output)")
    }
    #expect(try home.vault("doctor").output.contains("FIX   The desktop keyring is locked"))
    let status = try home.vault("status", "--vault", file)
    #expect(status.status == 75)
    #expect(status.errors.contains("does not open the vault: the desktop keyring is locked"))
    let opened = try home.vault(
      "registry", "list", "--vault", file, "--passphrase-file", home.path("passphrase"))
    // The settings name the keyring too, which is what fails.
    #expect(opened.status == 75, "\(opened.errors)")
    try home.set("store = sealed\n")
    let other = try home.vault(
      "registry", "list", "--vault", file, "--passphrase-file", home.path("passphrase"))
    #expect(other.status == 0, "\(other.errors)")
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `a display is not asked on by the helper, and by vault no longer than its bound`(
    _ keyring: DesktopKeyring
  ) throws {
    let session = try session(keyring)
    let home = session.home
    #expect(try helper(session, "store", request("kept")).status == 0)
    try session.lock()
    home.environment["DISPLAY"] = ":99"
    #expect(try helper(session, "get", registry).output.contains("is locked"))
    for command in [["status"], ["doctor"]] {
      let start = ContinuousClock().now
      let outcome = try home.command(command).run()
      #expect((outcome.output + outcome.errors).contains("is locked"), "\(outcome.output)")
      #expect(ContinuousClock().now - start < .seconds(2), "\(command)")
    }
    // GNOME's needs gcr-prompter, which nothing starts here, and says so at once.
    try home.set("store = secret-service\nsecret-service.timeout = 200ms\n")
    let start = ContinuousClock().now
    let get = try home.vault("get", registry)
    #expect([69, 75, 77].contains(get.status), "\(get.output)\(get.errors)")
    #expect(get.output.isEmpty)
    #expect(ContinuousClock().now - start < .seconds(8))
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `the keyring's slot opens the sealed file through init, rekey and removal`(
    _ keyring: DesktopKeyring
  ) throws {
    let session = try session(keyring)
    let home = session.home
    try home.set("secret-service.timeout = 2s\n")
    let made = try home.vault("init", "--secret-service", "--no-recovery")
    #expect(made.status == 0, "\(made.errors)")
    let login = try home.logIn(registry, as: "u", with: "sealed", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    func lockAndGet() throws -> String? {
      #expect(try home.vault("lock").status == 0)
      return try home.secret(of: registry)
    }
    #expect(try lockAndGet() == "sealed")
    let rekey = try home.vault("rekey", "--keep-secret-service")
    #expect(rekey.status == 0, "\(rekey.errors)")
    #expect(try lockAndGet() == "sealed")
    let added = try home.vault("slot", "add", "key-file", home.path("key"))
    #expect(added.status == 0, "\(added.errors)")
    let slot = try home.vault("slot", "list").output.split(separator: "\n")
      .first { $0.contains("secret-service") }?.prefix { $0 != " " }
    let removed = try home.vault("slot", "remove", String(try #require(slot)))
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(!removed.errors.contains("still holds"), "\(removed.errors)")
    #expect(try lockAndGet() == nil)
    #expect(try home.vault("get", "--key-file", home.path("key"), registry).output == "sealed\n")
    let found = try session.run(["secret-tool", "search", "v", "1"])
    #expect(!(found.output + found.errors).contains("attribute.slot"), "\(found.output)")
  }

  /// Each with what it tries.
  private static let oddSecrets: [(String, [UInt8])] = [
    ("UTF-8", Array("pass wörd ✓ 🔑".utf8)), ("no UTF-8", [0xff, 0xfe, 0x41, 0x80]),
    ("zero bytes", [0x41, 0, 0x42, 0]), ("lines", Array("a\r\nb\n\nc".utf8)),
    ("controls", [0x01, 0x1b, 0x5b, 0x32, 0x4a, 0x7f, 0x09]),
    ("a placeholder", Array("{USERNAME}x".utf8)), ("a reference", Array("{REF:P@I:00}".utf8)),
    ("braces", Array("{\"type\": \"service_account\"}".utf8)), ("blanks", Array("  a  ".utf8)),
    ("32 KiB", [UInt8](repeating: 0x78, count: 32 * 1024)),
    ("32 KiB without UTF-8", [UInt8](repeating: 0xfe, count: 32 * 1024)),
  ]

  @Test(arguments: DesktopKeyring.allCases)
  func `an odd secret comes back to the byte, or is refused and leaves the earlier login`(
    _ keyring: DesktopKeyring
  ) throws {
    let session = try session(keyring)
    let home = session.home
    let earlier = try home.logIn(registry, as: "u", with: "earlier", "--no-verify")
    #expect(earlier.status == 0, "\(earlier.errors)")
    var kept = Array("earlier".utf8)
    for (name, secret) in Self.oddSecrets {
      var command = try home.command([
        "registry", "login", "-u", "u", "--password-stdin", "--no-verify", registry,
      ])
      command.input = secret + [0x0a]
      let login = try command.run()
      if login.status == 0 {
        kept = secret
      } else {
        #expect(login.status == 69, "\(name): \(login.errors)")
        #expect(login.errors.contains("changes this secret"), "\(name): \(login.errors)")
      }
      let got = try home.vault("get", registry)
      #expect(got.outputBytes == kept + [0x0a], "\(name)")
    }
    let found = try session.run(["secret-tool", "search", "--all", "server", registry])
    let items = (found.output + found.errors).split(separator: "\n").filter {
      $0.hasPrefix("attribute.server")
    }
    #expect(items.count == 1, "\(items)")
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `of four logins to one registry at once one remains`(_ keyring: DesktopKeyring) throws {
    let session = try session(keyring)
    let home = session.home
    for _ in 0..<3 {
      let logins = try (1...4).map { number in
        try home.command(
          ["registry", "login", "-u", "u\(number)", "--password-stdin", "--no-verify", registry],
          input: "secret \(number)\n"
        ).start()
      }
      for login in logins {
        let outcome = try login.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let found = try session.run(["secret-tool", "search", "--all", "server", registry])
      let items = (found.output + found.errors).split(separator: "\n").filter {
        $0.hasPrefix("attribute.username = ")
      }
      #expect(items.count == 1, "\(items)")
      let user = String(items.first?.suffix(1) ?? "")
      #expect(try home.secret(of: registry) == "secret \(user)")
    }
  }

  @Test(arguments: DesktopKeyring.allCases)
  func `a keyring that was stopped or killed is 69, in time`(_ keyring: DesktopKeyring) throws {
    let session = try session(keyring)
    let home = session.home
    try home.set("store = secret-service\nsecret-service.timeout = 500ms\n")
    #expect(try helper(session, "store", request("kept")).status == 0)
    session.signalKeyring(SIGSTOP)
    let start = ContinuousClock().now
    let stopped = try home.vault("get", registry)
    #expect(stopped.status == 69, "\(stopped.errors)")
    #expect(stopped.errors.contains("does not answer within"))
    #expect(ContinuousClock().now - start < .seconds(2))
    session.signalKeyring(SIGCONT)
    session.signalKeyring(SIGKILL)
    try waitUntil("the end of the keyring") {
      try home.vault("get", registry).errors.contains("no desktop keyring runs")
    }
    #expect(try home.vault("get", registry).status == 69)
  }
}
