import Testing
import VaultTestSupport

/// An agent that answers wrongly costs a warning and a moment, and blocks no other way in.
@Suite(.sshAgent)
struct HostileAgentTests {
  private let agent: SSHAgentProcess
  private let home: VaultHome
  private let uri = "docker://registry.example.com"

  /// A vault with a slot of the type, and an agent that has its key.
  private init(type: String, through mode: String? = nil) throws {
    agent = try SSHAgentProcess()
    try agent.addKey("key", type: type, bits: type == "rsa" ? 2048 : nil)
    home = try VaultHome.withVault()
    // Only the agent opens it without options.
    try removeFile(home.path(".config/vault/config"))
    home.environment["XDG_RUNTIME_DIR"] = home.path
    home.environment["SSH_AUTH_SOCK"] = agent.socket
    let login = try home.logIn(
      uri, as: "alice", with: "secret", "--no-verify", "--key-file", home.keyFile)
    #expect(login.status == 0, "\(login.errors)")
    let running = try mode.map { try self.fake($0) }
    let added = try home.vault("slot", "add", "ssh-agent", "--key-file", home.keyFile)
    #expect(added.status == 0, "\(added.errors)")
    running?.process.signal(9)
    home.environment["SSH_AUTH_SOCK"] = agent.socket
  }

  init() throws { try self.init(type: "ed25519") }

  /// Starts a fake agent, which the next commands ask.
  private func fake(_ mode: String) throws -> RunningCommand {
    let socket = home.path("fake-\(mode)")
    _ = try? removeFile(socket)
    let running = try Command(
      [
        "/usr/bin/python3", PackageFolder.path + "/Tests/EndToEndTests/Scripts/fake-agent.py",
        socket, agent.socket, mode,
      ], environment: home.environment
    ).start()
    try waitUntil("the fake agent") { try Command(["test", "-S", socket]).run().status == 0 }
    home.environment["SSH_AUTH_SOCK"] = socket
    return running
  }

  /// What `vault get` says while an agent answers wrongly; the key file still opens the vault.
  private func refusal(_ mode: String, within bound: Duration = .seconds(3)) throws -> String {
    let running = try fake(mode)
    defer { running.process.signal(9) }
    let start = ContinuousClock.now
    let outcome = try home.vault("get", uri)
    let took = ContinuousClock.now - start
    #expect(took < bound, "\(mode): \(took)")
    #expect(outcome.status == 75, "\(mode): \(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains("is locked"), "\(mode): \(outcome.errors)")
    #expect(!outcome.errors.contains("\u{1b}"), "\(mode)")
    let other = try home.vault("get", "--key-file", home.keyFile, uri)
    #expect(other.output == "secret\n", "\(mode): \(other.errors)")
    return outcome.errors
  }

  private func check(_ cases: [(mode: String, words: String)]) throws {
    #expect(try home.secret(of: uri) == "secret")
    for (mode, words) in cases {
      let errors = try refusal(mode)
      #expect(errors.contains(words), "\(mode): \(errors)")
    }
  }

  @Test func `a wrong list of keys opens nothing, and says what is wrong`() throws {
    try check([
      ("list-closes", "closed the connection"), ("list-half", "closed the connection"),
      ("list-empty", "claims to have 0 bytes"), ("list-failure", "does not list its keys"),
      ("list-success", "does not list its keys"), ("list-signature", "does not list its keys"),
      ("list-unknown", "does not list its keys"), ("list-type-only", "ends in the middle"),
      ("list-count-more", "claims to have 2"), ("list-count-less", "claims to have 0"),
      ("list-count-giant", "claims to have 4294967295"),
      ("list-key-past-end", "ends in the middle"),
      ("list-comment-past-end", "ends in the middle"), ("list-trailing", "ends in the middle"),
      ("list-none", "has no keys, or is locked"), ("list-other", "has none of the keys"),
      ("list-blob-short", "has none of the keys"), ("list-blob-long", "has none of the keys"),
      ("list-blob-empty", "has none of the keys"), ("list-blob-flipped", "has none of the keys"),
      ("list-blob-named-rsa", "has none of the keys"), ("list-controls", "has none of the keys"),
      ("list-many", "has none of the keys"),
      ("list-length-giant", "claims to have 4294967295 bytes"),
      ("list-length-over", "claims to have 262145 bytes"), ("list-garbage", "the ssh-agent"),
    ])
  }

  @Test func `a wrong signature opens nothing, and says what is wrong`() throws {
    let notByKey = "signature is not by SHA256:"
    try check([
      ("sign-closes", "closed the connection"), ("sign-half", "closed the connection"),
      ("sign-empty", "claims to have 0 bytes"), ("sign-failure", "does not sign with SHA256:"),
      ("sign-success", "does not sign with"), ("sign-list", "does not sign with"),
      ("sign-type-only", "ends in the middle"), ("sign-no-signature", "ends in the middle"),
      ("sign-name-only", "ends in the middle"),
      ("sign-name-rsa", "of another algorithm than ssh-ed25519"),
      ("sign-name-case", "of another algorithm"), ("sign-name-longer", "of another algorithm"),
      ("sign-name-empty", "of another algorithm"), ("sign-name-sk", "of another algorithm"),
      ("sign-short", notByKey), ("sign-long", notByKey), ("sign-nothing", "malformed"),
      ("sign-zeros", notByKey), ("sign-flipped", notByKey), ("sign-malleated", notByKey),
      ("sign-other-message", notByKey), ("sign-past-end", "ends in the middle"),
      ("sign-inner-past-end", "ends in the middle"), ("sign-trailing", "malformed"),
      ("sign-inner-trailing", "malformed"),
      ("sign-length-giant", "claims to have 4294967295 bytes"),
      ("sign-length-over", "claims to have 262145 bytes"), ("sign-garbage", "the ssh-agent"),
    ])
  }

  @Test func `an RSA signature without its leading zeros opens the slot, and no other form does`()
    throws
  {
    // The signature is made up, so that it begins with a zero.
    let world = try HostileAgentTests(type: "rsa", through: "rsa-padded")
    let home = world.home
    for mode in ["rsa-padded", "rsa-stripped"] {
      let running = try world.fake(mode)
      defer { running.process.signal(9) }
      #expect(try home.secret(of: uri) == "secret", "\(mode)")
    }
    for (mode, words) in [
      ("rsa-longer", "longer than its key"), ("rsa-flipped", "opens no slot"),
      ("rsa-sha256", "of another algorithm than rsa-sha2-512"),
      ("rsa-sha1", "of another algorithm than rsa-sha2-512"), ("rsa-random", "opens no slot"),
    ] {
      let errors = try world.refusal(mode)
      #expect(errors.contains(words), "\(mode): \(errors)")
    }
  }

  @Test(arguments: ["rsa-random"])
  func `a key that signs differently each time gets no slot`(_ mode: String) throws {
    let world = try HostileAgentTests(type: "rsa", through: "rsa-padded")
    let listed = try world.home.vault("slot", "list").output
    try world.agent.run(["ssh-add", "-q", "-D"])
    try world.agent.addKey("second", type: "rsa", bits: 2048)
    let running = try world.fake(mode)
    defer { running.process.signal(9) }
    let added = try world.home.vault("slot", "add", "ssh-agent", "--key-file", world.home.keyFile)
    #expect(added.status == 77, "\(added.errors)")
    #expect(added.errors.contains("two signatures"), "\(added.errors)")
    #expect(try world.home.vault("slot", "list").output == listed)
  }

  @Test(arguments: ["list-silent", "list-trickle", "accepts-nobody"])
  func `an agent that does not answer is given up after five seconds`(_ mode: String) throws {
    let errors = try refusal(mode, within: .seconds(7))
    #expect(errors.contains("did not answer in time"), "\(errors)")
  }

  @Test(arguments: ["sign-silent", "sign-trickle"])
  func `docker-credential-vault waits twenty seconds for a signature`(_ mode: String) throws {
    let running = try fake(mode)
    defer { running.process.signal(9) }
    var helper = Command(
      [try PackageFolder.program("docker-credential-vault"), "get"], environment: home.environment)
    helper.input = Array("registry.example.com".utf8)
    let start = ContinuousClock.now
    let outcome = try helper.run()
    let took = ContinuousClock.now - start
    #expect((.seconds(19)...Duration.seconds(24)).contains(took), "\(took)")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("did not answer in time"), "\(outcome.errors)")
    #expect(outcome.output == "the vault is locked\n")
  }

  @Test(.enabled(if: isRoot, "only root can be somebody else"))
  func `an agent of another user is not asked`() throws {
    let script = """
      import os, socket, sys, time
      os.setuid(65534)
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(sys.argv[1])
      listener.listen()
      time.sleep(100)
      """
    let folder = try TemporaryFolder()
    try setMode(0o777, of: folder.path)
    let running = try Command(["/usr/bin/python3", "-c", script, folder.path("agent")]).start()
    defer { running.process.signal(9) }
    try waitUntil("the socket") {
      try Command(["test", "-S", folder.path("agent")]).run().status == 0
    }
    home.environment["SSH_AUTH_SOCK"] = folder.path("agent")
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 75)
    #expect(outcome.errors.contains("belongs to another user"), "\(outcome.errors)")
  }

  @Test(arguments: [
    "/nonexistent/agent", "/dev/null", "/tmp", "relative", String(repeating: "a", count: 200),
  ])
  func `a socket that is none is named, and costs nothing else`(_ path: String) throws {
    home.environment["SSH_AUTH_SOCK"] = path
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 75)
    #expect(outcome.errors.contains("the socket of the ssh-agent"), "\(outcome.errors)")
    #expect(try home.vault("get", "--key-file", home.keyFile, uri).output == "secret\n")
  }
}
