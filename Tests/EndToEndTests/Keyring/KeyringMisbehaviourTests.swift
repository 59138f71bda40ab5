import Foundation
import Glibc
import Testing
import VaultTestSupport

/// One way in which a keyring misbehaves, and what a command must make of it.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
  let mode: String
  let command: [String]
  let status: Int32
  /// What standard output and standard error must say together.
  var says = ""
  /// Whether there is a display on which the keyring could ask.
  var hasDisplay = false

  var testDescription: String { "\(mode): \(command.joined(separator: " "))" }

  static let get = ["get", "registry.example.com"]
  static let list = ["registry", "list", "--long"]
  static let put = [
    "registry", "login", "-u", "carol", "--password-stdin", "--no-verify", "--store",
    "secret-service", "registry.example.com",
  ]
  static let remove = ["registry", "logout", "--store", "secret-service", "registry.example.com"]

  static func get(
    _ mode: String, _ status: Int32, _ says: String = "", hasDisplay: Bool = false
  ) -> Misbehaviour {
    Misbehaviour(mode: mode, command: get, status: status, says: says, hasDisplay: hasDisplay)
  }

  static func put(
    _ mode: String, _ status: Int32, _ says: String = "", hasDisplay: Bool = false
  ) -> Misbehaviour {
    Misbehaviour(mode: mode, command: put, status: status, says: says, hasDisplay: hasDisplay)
  }

  static let all: [Misbehaviour] = [
    // It does not answer, or not in time.
    get("session-silent", 69, "does not answer within"), get("search-silent", 69, "0.5 seconds"),
    get("item-silent", 69, "does not answer within"),
    get("secret-silent", 69, "does not answer within"),
    put("create-silent", 69, "does not answer within"), get("search-slow", 0, "s3cret\n"),
    get("floods", 0, "s3cret\n"),
    // It goes away.
    get("search-vanishes", 69, "ended before it answered"),
    get("secret-vanishes", 69, "ended before it answered"),
    put("create-vanishes", 69, "ended before it answered"),
    // It is locked.
    get("locked", 75, "is locked"), get("locked-hides", 75, "is locked"),
    get("secret-locks", 75, "is locked"), put("create-locked", 75, "is locked"),
    put("locked", 75, "is locked"), get("search-blocks", 75, "is locked"),
    Misbehaviour(mode: "search-blocks", command: list, status: 75, says: "is locked"),
    Misbehaviour(mode: "search-blocks", command: remove, status: 75, says: "is locked"),
    Misbehaviour(mode: "search-blocks", command: ["status"], status: 75, says: "is locked"),
    get("no-default-locked", 75, "is locked"), put("no-default-locked", 78, "no default keyring"),
    // It gives out empty secrets.
    get("locked-empty", 75, "is locked"), get("locks-empty", 75, "is locked"),
    get("locked-empty", 0, "s3cret\n", hasDisplay: true),
    get("locks-empty", 0, "s3cret\n", hasDisplay: true), get("empty-secret", 65, "an empty secret"),
    // It is a wallet that KWallet 5 opened by itself.
    get("wallet-open", 0, "s3cret\n"), get("wallet-closed", 75, "is locked"), put("wallet-open", 0),
    Misbehaviour(mode: "wallet-open", command: ["status"], status: 0, says: "unlocked"),
    Misbehaviour(mode: "locked", command: list, status: 75, says: "is locked"),
    Misbehaviour(mode: "locked", command: remove, status: 75, says: "is locked"),
    // It wraps what it does in questions.
    put("create-prompts", 0), put("prompts-unanswered", 75, "before it stores anything"),
    put("prompts-dismissed", 77, "was dismissed"),
    Misbehaviour(mode: "create-prompts", command: remove, status: 0),
    Misbehaviour(
      mode: "prompts-unanswered", command: remove, status: 75, says: "before it removes anything"),
    Misbehaviour(mode: "prompts-dismissed", command: remove, status: 77, says: "was dismissed"),
    get("held-back", 0, "s3cret\n"), get("held-back-unanswered", 75, "before it hands this out"),
    get("held-back-dismissed", 77, "was dismissed"),
    // It has no collection at all.
    get("no-collections", 1, "no login"), put("no-collections", 78, "no default keyring"),
    Misbehaviour(mode: "no-collections", command: list, status: 0),
    // One side of the agreement on a key drops leading zeros.
    get("session-fails-once", 0, "s3cret\n"), get("session-fails", 69, "public key size"),
    get("secret-spoiled-once", 0, "s3cret\n"), get("secret-spoiled", 69, "no such answer"),
    put("session-fails-once", 0), put("create-spoiled-once", 0),
    // It asks.
    get("dismisses", 77, "was dismissed", hasDisplay: true),
    put("dismisses", 77, "was dismissed", hasDisplay: true),
    get("never-prompts", 75, "nobody answered", hasDisplay: true),
    get("vanishes-in-prompt", 69, "ended while it asked", hasDisplay: true),
    get("prompt-wrong-types", 69, "no such answer", hasDisplay: true),
    get("unlocks", 0, "s3cret\n", hasDisplay: true),
    get("unlocks-late", 0, "s3cret\n", hasDisplay: true), put("unlocks", 0, hasDisplay: true),
    // It has not what is wanted.
    get("no-items", 1, "no login"), get("no-default", 0, "s3cret\n"),
    put("no-default", 78, "no default keyring"), get("item-gone", 1, "no login"),
    get("secret-gone", 1, "no login"), get("search-ghosts", 1, "no login"),
    // It refuses.
    get("no-plain", 69, "does not hand secrets over"), get("search-denied", 77, "refuses: not"),
    get("search-fails", 69, "odd"), get("secret-no-session", 69, "mock says no"),
    put("create-fails", 69, "disk full"),
    Misbehaviour(mode: "delete-fails", command: remove, status: 69, says: "not today"),
    // Its answers are none.
    get("session-wrong-types", 69, "no such answer"),
    get("search-wrong-types", 69, "no such answer"),
    get("search-empty-answer", 69, "no such answer"),
    get("attributes-wrong-type", 69, "no such answer"),
    get("secret-wrong-types", 69, "no such answer"),
    get("secret-odd-struct", 69, "no such answer"),
    get("secret-encrypted", 69, "no such answer"), put("create-wrong-types", 69, "no such answer"),
    // What it has is odd.
    get("huge-secret", 65, "longer than 32768 bytes"), get("longest-secret", 0, "xxxx"),
    get("search-twice", 0, "s3cret\n"), get("search-anything", 0, "s3cret\n"),
    get("two-users", 0, "newer\n"),
    Misbehaviour(mode: "controls", command: list, status: 0, says: "al\\u{1b}[31mice\\u{7}"),
    Misbehaviour(mode: "nameless", command: list, status: 0, says: "alice"),
    Misbehaviour(mode: "normal", command: list, status: 0, says: "docker://other.example.com"),
  ]
}

@Suite(.scriptedKeyring)
struct KeyringMisbehaviourTests {
  private static func session(_ mode: String, hasDisplay: Bool = false) throws -> DesktopSession {
    let session = try DesktopSession.withMock(mode)
    try session.home.set("secret-service.timeout = 500ms\nstore = secret-service\n")
    if hasDisplay { session.home.environment["DISPLAY"] = ":99" }
    return session
  }

  @Test(arguments: Misbehaviour.all)
  func `a keyring that misbehaves is told, in time, and nothing is printed raw`(
    _ case: Misbehaviour
  ) throws {
    let session = try Self.session(`case`.mode, hasDisplay: `case`.hasDisplay)
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try session.home.command(`case`.command, input: "new secret\n").run()
    // Twenty times the bound for a person; else the bound, the start and a busy machine.
    let waits = ["never-prompts", "unlocks-late"].contains(`case`.mode)
    let bound = waits ? 14.0 : 3.5
    #expect(clock.now - start < .seconds(bound))
    #expect(outcome.status == `case`.status, "\(outcome.output)\(outcome.errors)")
    let said = outcome.output + outcome.errors
    #expect(`case`.says.isEmpty || said.contains(`case`.says), "\(said.prefix(1000))")
    #expect(!said.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202e })
    #expect(said.utf8.count < 40_000)
  }

  @Test(arguments: [
    "create-silent", "create-vanishes", "create-fails", "create-locked", "prompts-unanswered",
    "prompts-dismissed", "create-wrong-types",
  ])
  func `a login that the keyring does not take costs nothing that was there`(
    _ mode: String
  ) throws {
    let session = try Self.session(mode)
    let outcome = try session.home.command(Misbehaviour.put, input: "new secret\n").run()
    #expect(outcome.status != 0)
    let calls = try session.mockCalls()
    #expect(calls.contains { $0.hasPrefix("CreateItem") })
    #expect(!calls.contains { $0.hasPrefix("Delete") })
  }

  @Test(.terminal) func `nobody types a password for a keyring that has no place for it`() throws {
    let session = try Self.session("no-default")
    let terminal = try session.home.terminal(
      "registry", "login", "-u", "carol", "--no-verify", "registry.example.com")
    #expect(try terminal.finish() == .exited(78))
    #expect(!terminal.screen.contains("Password"), "\(terminal.screen)")
    #expect(try !session.mockCalls().contains { $0.hasPrefix("CreateItem") })
  }

  @Test func `nothing is searched, stored or removed in a keyring that is locked`() throws {
    let session = try Self.session("search-blocks")
    for command in [Misbehaviour.get, Misbehaviour.list, Misbehaviour.put, Misbehaviour.remove] {
      _ = try session.home.command(command, input: "new secret\n").run()
    }
    let asked = try session.mockCalls().filter { call in
      ["SearchItems", "CreateItem", "Delete", "Unlock"].contains { call.hasPrefix($0) }
    }
    #expect(asked.isEmpty)
  }

  @Test(arguments: ["locked", "held-back", "search-blocks", "wallet-closed"])
  func `status and doctor never make a keyring ask, also with a display`(_ mode: String) throws {
    let session = try Self.session(mode, hasDisplay: true)
    try writeFile(session.home.path("passphrase"), "a passphrase\n")
    for command in [["status"], ["doctor"]] {
      _ = try session.home.command(command).run()
    }
    #expect(try !session.mockCalls().contains { $0.hasPrefix("Prompt") })
  }

  @Test func `a question that is not answered without a display is dismissed`() throws {
    for (mode, command) in [
      ("held-back-unanswered", Misbehaviour.get), ("prompts-unanswered", Misbehaviour.put),
    ] {
      let session = try Self.session(mode)
      _ = try session.home.command(command, input: "new secret\n").run()
      #expect(try session.mockCalls().contains { $0.hasPrefix("Dismiss") }, "\(mode)")
    }
  }

  @Test(arguments: ["changes-text", "changes-secrets", "refers"])
  func `a secret that the keyring changes is stored as bytes, or not at all`(
    _ mode: String
  ) throws {
    let session = try Self.session(mode)
    let secret = "{USERNAME}{REF:P@I:00}"
    let login = try session.home.command(Misbehaviour.put, input: secret + "\n").run()
    let get = try session.home.vault("get", "registry.example.com")
    if mode == "changes-text" {
      #expect(login.status == 0, "\(login.errors)")
      #expect(get.output == secret + "\n")
    } else {
      #expect(login.status == 69, "\(login.errors)")
      #expect(login.errors.contains("changes this secret when it stores it"))
      #expect(get.output == "s3cret\n")
    }
    let found = try session.run(
      ["secret-tool", "search", "--all", "server", "registry.example.com"])
    let items = (found.output + found.errors).components(separatedBy: "attribute.server")
    #expect(items.count == 2, "\(items)")
  }

  @Test func `a login over TLS leaves nothing of the earlier one without`() throws {
    let session = try Self.session("insecure")
    #expect(
      try session.home.vault("registry", "list").output.contains("registry.example.com  ✗!"))
    let login = try session.home.logIn(
      "registry.example.com", as: "alice", with: "new", "--no-verify", "--store", "secret-service")
    #expect(login.status == 0, "\(login.errors)")
    #expect(
      try session.home.vault("registry", "list").output.contains("registry.example.com  ✓"))
  }

  @Test func `a secret that cannot be read is one login's failure, and only what is named is read`()
    throws
  {
    let registry = try DockerRegistry(.basic(user: "alice", password: "s3cret"))
    let session = try Self.session("first-secret-fails")
    let login = try session.home.logIn(
      registry.uri, as: "alice", with: "s3cret", "--store", "secret-service")
    #expect(login.status == 0, "\(login.errors)")
    let all = try session.home.vault("registry", "check")
    #expect(all.status == 69)
    let rows = all.output.split(separator: "\n")
    #expect(rows.contains { $0.contains(registry.uri) && $0.contains("holds") }, "\(all.output)")
    #expect(rows.contains { $0.contains("registry.example.com") && $0.contains("unreachable") })
    let before = try session.mockCalls().filter { $0.hasPrefix("GetSecret") }.count
    let one = try session.home.vault("registry", "check", registry.uri)
    #expect(one.status == 0, "\(one.output)\(one.errors)")
    #expect(try session.mockCalls().filter { $0.hasPrefix("GetSecret") }.count == before + 1)
  }

  @Test func `without a display a locked keyring is never made to ask`() throws {
    for mode in ["locked", "secret-locks", "search-blocks", "locked-empty", "wallet-closed"] {
      let session = try Self.session(mode)
      for command in [Misbehaviour.get, Misbehaviour.put, Misbehaviour.remove] {
        _ = try session.home.command(command, input: "new secret\n").run()
      }
      #expect(try !session.mockCalls().contains { $0.hasPrefix("Prompt") }, "\(mode)")
    }
  }

  @Test func `the credential helper never has the keyring ask, and tells locked from missing`()
    throws
  {
    let session = try Self.session("locked", hasDisplay: true)
    let locked = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(locked.status == 1)
    #expect(locked.output.contains("is locked"))
    #expect(try !session.mockCalls().contains { $0.hasPrefix("Prompt") })
    let empty = try Self.session("no-items")
    let missing = try empty.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(missing.output == "credentials not found in native keychain\n")
  }

  /// As without any setting on a desktop: only that there is no keyring means that it has nothing.
  @Test func `a keyring that hangs is not an empty one, where no setting names it either`() throws {
    let session = try DesktopSession.withMock("search-silent")
    try session.home.set("secret-service.timeout = 500ms\n")
    for command in [Misbehaviour.get, ["registry", "list"], ["registry", "check"]] {
      let outcome = try session.home.command(command).run()
      #expect(outcome.status == 69, "\(command): \(outcome.output)\(outcome.errors)")
    }
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(helper.status == 1)
    #expect(helper.output.contains("does not answer within"), "\(helper.output)")
    let migrate = try session.home.vault("migrate", "--dry-run")
    #expect(migrate.status == 69, "\(migrate.errors)")
  }

  @Test func `a login into the keyring beside a sealed vault says that it is not asked`() throws {
    let session = try DesktopSession.withMock("no-items")
    #expect(try session.home.vault("init", "--key-file", session.home.keyFile).status == 0)
    let login = try session.home.logIn(
      "r.example.com", as: "u", with: "p", "--no-verify", "--store", "secret-service")
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.errors.contains("config set store secret-service"), "\(login.errors)")
  }

  @Test func `ten thousand logins are listed, and one of them found at once`() throws {
    let session = try DesktopSession.withMock("many")
    try session.home.set("store = secret-service\n")
    let start = ContinuousClock().now
    #expect(try session.home.secret(of: "r7777.example.com") == "x7777")
    #expect(try session.home.secret(of: "r9999.example.com/some/image:1") == "x9999")
    #expect(ContinuousClock().now - start < .seconds(20))
    let list = try session.home.vault("registry", "list")
    #expect(list.output.split(separator: "\n").count == 10_003, "\(list.errors)")
  }

  @Test(.terminal) func `a secret that is no text comes out to the byte, and is no JSON`() throws {
    let session = try Self.session("not-utf8")
    let raw = try session.home.vault("get", "registry.example.com")
    #expect(raw.outputBytes == [0xff, 0xfe, 0, 0x1b] + Array("[2J\n".utf8))
    #expect(try session.home.vault("get", "--format", "json", "registry.example.com").status == 64)
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(helper.status == 1)
    #expect(helper.output == "the secret is not UTF-8, so JSON cannot hold it\n")
    let terminal = try session.home.terminal("get", "--show", "registry.example.com")
    #expect(try terminal.finish() == .exited(64))
    #expect(!terminal.screen.contains("\u{1b}[2J"))
  }

  @Test func `a signal ends a command that waits for the keyring`() throws {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      let session = try DesktopSession.withMock("search-silent")
      try session.home.set("store = secret-service\nsecret-service.timeout = 1m\n")
      let running = try session.home.command(Misbehaviour.get).start()
      try waitUntil("the call") { try session.mockCalls().contains { $0.hasPrefix("SearchItems") } }
      running.process.signal(signal)
      #expect(try running.finish().ending == .killed(by: signal))
    }
  }

  @Test func `a keyring that was stopped is no keyring that waits for ever`() throws {
    let session = try Self.session("normal")
    session.signalKeyring(SIGSTOP)
    defer { session.signalKeyring(SIGCONT) }
    let outcome = try session.home.command(Misbehaviour.get).run()
    #expect(outcome.status == 69)
  }
}
