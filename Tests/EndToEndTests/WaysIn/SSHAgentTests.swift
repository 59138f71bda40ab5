import Foundation
import Testing
import VaultTestSupport

/// A vault that a key in the user's ssh-agent opens.
@Suite(.sshAgent)
struct SSHAgentTests {
  private let home: VaultHome
  private let uri = "docker://registry.example.com"

  init() throws {
    home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    // From now on the key file is named where it is needed.
    try removeFile(home.path(".config/vault/config"))
    home.environment["XDG_RUNTIME_DIR"] = home.path
  }

  /// Adds a slot for a key of an agent, which the next commands ask.
  private func addSlot(_ agent: SSHAgentProcess, _ options: String...) throws -> Outcome {
    home.environment["SSH_AUTH_SOCK"] = agent.socket
    return try home.command(
      ["slot", "add", "ssh-agent", "--key-file", home.keyFile] + options
    ).run()
  }

  private func helper(_ action: String, _ input: String) throws -> Outcome {
    var command = Command(
      [try PackageFolder.program("docker-credential-vault"), action],
      environment: home.environment)
    command.input = Array(input.utf8)
    return try command.run()
  }

  /// Asserts that the vault is locked, and returns why no SSH key opens it.
  private func refusal(_ words: String) throws {
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(try home.vault("get", "--key-file", home.keyFile, uri).output == "secret\n")
  }

  @Test(arguments: [("ed25519", nil), ("rsa", 2048), ("rsa", 3072)])
  func `a key in the agent opens the vault for vault and for docker-credential-vault`(
    _ type: String, _ bits: Int?
  ) throws {
    let agent = try SSHAgentProcess()
    try agent.addKey("key", type: type, bits: bits)
    let added = try addSlot(agent)
    #expect(added.status == 0, "\(added.errors)")
    #expect(added.errors.contains(try agent.fingerprint(of: "key")), "\(added.errors)")
    #expect(added.errors.contains("WARNING: Who can ask this agent"), "\(added.errors)")
    let got = try home.vault("get", uri)
    #expect(got.output == "secret\n")
    #expect(got.errors == "")
    let answer = try helper("get", "registry.example.com")
    #expect(answer.output.contains("\"Secret\":\"secret\""), "\(answer.output)")
    #expect(try home.logIn("other.example.com", as: "u", with: "p", "--no-verify").status == 0)
    // Nothing was kept: what only looks does not ask the agent.
    #expect(try home.vault("status").status == 75)
    #expect(try home.vault("slot", "list").output.contains("ssh-agent"))
  }

  @Test
  func `a key that the agent no longer has opens nothing, and 'vault unlock' keeps what it opened`()
    throws
  {
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    #expect(try addSlot(agent).status == 0)
    try agent.run(["ssh-add", "-q", "-D"])
    try refusal("the ssh-agent has no keys, or is locked: run 'ssh-add'")
    try agent.addKey("stranger")
    try refusal("the ssh-agent has none of the keys that do")
    try agent.run(["ssh-add", "-q", agent.keyFile("key")])
    let unlocked = try home.vault("unlock", "--timeout", "60s")
    #expect(unlocked.status == 0, "\(unlocked.errors)")
    agent.signal(15)
    #expect(try home.secret(of: uri) == "secret")
    #expect(try home.vault("lock").status == 0)
    try refusal("the socket of the ssh-agent")
    home.environment["SSH_AUTH_SOCK"] = nil
    try refusal("there is no ssh-agent (SSH_AUTH_SOCK is not set)")
  }

  @Test func `a locked agent is said to have no keys, and a stopped one is given up`() throws {
    let folder = try TemporaryFolder()
    try writeFile(folder.path("askpass"), "#!/bin/sh\necho agent-password\n", mode: 0o700)
    let answer = ["SSH_ASKPASS": folder.path("askpass"), "SSH_ASKPASS_REQUIRE": "force"]
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    #expect(try addSlot(agent).status == 0)
    try agent.run(["ssh-add", "-x"], variables: answer)
    try refusal("the ssh-agent has no keys, or is locked: run 'ssh-add', or 'ssh-add -X'")
    try agent.run(["ssh-add", "-X"], variables: answer)
    #expect(try home.secret(of: uri) == "secret")
    agent.signal(19)
    try refusal("the ssh-agent did not answer in time")
    agent.signal(18)
    #expect(try home.secret(of: uri) == "secret")
  }

  @Test func `a key that is asked about opens the vault once the question is confirmed`() throws {
    for (program, isConfirmed) in [("/bin/true", true), ("/bin/false", false)] {
      let agent = try SSHAgentProcess(["SSH_ASKPASS": program, "DISPLAY": ":0"])
      try agent.makeKey("key")
      try agent.run(["ssh-add", "-q", agent.keyFile("key")])
      #expect(try addSlot(agent).status == 0)
      try agent.run(["ssh-add", "-q", "-D"])
      try agent.run(["ssh-add", "-q", "-c", agent.keyFile("key")])
      if isConfirmed {
        #expect(try home.secret(of: uri) == "secret")
      } else {
        try refusal("does not sign with SHA256:")
      }
    }
  }

  @Test func `a key for other hosts only does not sign, and gets no slot`() throws {
    let agent = try SSHAgentProcess()
    try agent.makeKey("host")
    let key = String(decoding: try readFile(agent.keyFile("host.pub")), as: UTF8.self)
    try writeFile(agent.keyFile("known"), "other.example.com \(key)")
    try agent.makeKey("key")
    try agent.run(
      [
        "ssh-add", "-q", "-H", agent.keyFile("known"), "-h", "other.example.com",
        agent.keyFile("key"),
      ])
    let added = try addSlot(agent)
    #expect(added.status == 77, "\(added.errors)")
    #expect(added.errors.contains("the key is for other hosts only"), "\(added.errors)")
  }

  @Test(arguments: [
    ("ecdsa", nil, "ecdsa-sha2-nistp256"), ("rsa", 1024, "ssh-rsa of 1024 bits"),
  ])
  func `a key whose signatures would not do is refused when its slot is to be made`(
    _ type: String, _ bits: Int?, _ words: String
  ) throws {
    let agent = try SSHAgentProcess()
    try agent.addKey("key", type: type, bits: bits)
    for options in [[], ["--key", try agent.fingerprint(of: "key")]] {
      home.environment["SSH_AUTH_SOCK"] = agent.socket
      let added = try home.command(
        ["slot", "add", "ssh-agent", "--key-file", home.keyFile] + options
      ).run()
      #expect(added.status == 77, "\(added.errors)")
      #expect(added.errors.contains(words), "\(added.errors)")
      #expect(added.errors.contains("type ed25519"), "\(added.errors)")
    }
    #expect(try !home.vault("slot", "list").output.contains("ssh-agent"))
  }

  @Test func `one of several keys is named by its fingerprint, and gets one slot`() throws {
    let agent = try SSHAgentProcess()
    #expect(try addSlot(agent).errors.contains("has no keys, or is locked"))
    try agent.addKey("first")
    try agent.addKey("second", type: "rsa", bits: 2048)
    try agent.addKey("third", type: "ecdsa")
    let unclear = try addSlot(agent)
    #expect(unclear.status == 64, "\(unclear.errors)")
    #expect(unclear.errors.contains("several keys: choose one by '--key'"), "\(unclear.errors)")
    #expect(!unclear.errors.contains("third"), "\(unclear.errors)")
    let unknown = try addSlot(agent, "--key", "SHA256:none")
    #expect(unknown.status == 1, "\(unknown.errors)")
    for name in ["first", "second"] {
      #expect(try addSlot(agent, "--key", try agent.fingerprint(of: name)).status == 0)
      let again = try addSlot(agent, "--key", try agent.fingerprint(of: name))
      #expect(again.status == 64, "\(again.errors)")
      #expect(again.errors.contains("opens the vault already, by slot"), "\(again.errors)")
    }
    for name in ["first", "second"] {
      try agent.run(["ssh-add", "-q", "-D"])
      try agent.run(["ssh-add", "-q", agent.keyFile(name)])
      #expect(try home.secret(of: uri) == "secret", "\(name)")
    }
  }

  @Test func `an SSH key is never the only way to open a vault`() throws {
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    #expect(try addSlot(agent).status == 0)
    let list = try home.vault("slot", "list").output
    let keyFileSlot = try #require(
      list.split(separator: "\n").first { $0.contains("key-file") }?.split(separator: " ").first)
    let removed = try home.vault("slot", "remove", String(keyFileSlot))
    #expect(removed.status == 64, "\(removed.errors)")
    #expect(try home.vault("slot", "list").output == list)
    let rekeyed = try home.vault("rekey", "--keep-ssh-agent", "--drop-others")
    #expect(rekeyed.status != 0)
    #expect(try home.vault("slot", "list").output == list)
  }

  @Test func `a rekey keeps the keys of the agent if told to, and drops them otherwise`() throws {
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    #expect(try addSlot(agent).status == 0)
    let kept = try home.vault("rekey", "--keep-ssh-agent", "--keep-key-file", home.keyFile)
    #expect(kept.status == 0, "\(kept.errors)")
    #expect(!kept.errors.contains("Dropped"), "\(kept.errors)")
    #expect(try home.secret(of: uri) == "secret")
    let dropped = try home.vault("rekey", "--keep-key-file", home.keyFile, "--drop-others")
    #expect(dropped.status == 0, "\(dropped.errors)")
    #expect(dropped.errors.contains("(ssh-agent)"), "\(dropped.errors)")
    #expect(try home.vault("get", uri).status == 75)
  }

  @Test
  func `the independent reader opens the slot with ssh-keygen, by a key file and by the agent`()
    throws
  {
    let reader = PackageFolder.path + "/Tests/SecondReader/reader.py"
    for (type, bits) in [("ed25519", nil), ("rsa", 3072)] as [(String, Int?)] {
      let agent = try SSHAgentProcess()
      try agent.addKey(type, type: type, bits: bits)
      #expect(try addSlot(agent).status == 0)
      for isInAgent in [false, true] {
        if isInAgent { try removeFile(agent.keyFile(type)) }
        let outcome = try Command(
          ["/usr/bin/python3", reader, home.vaultFile, "--ssh-key", agent.keyFile(type)],
          environment: home.environment
        ).run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(Data("secret".utf8).base64EncodedString()))
      }
    }
  }

  @Test func `ssh-keygen accepts what is signed for our namespace and for no other`() throws {
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    let key = String(decoding: try readFile(agent.keyFile("key.pub")), as: UTF8.self)
    try writeFile(agent.keyFile("allowed"), "user \(key)")
    let script = """
      set -eu
      cd "$1"
      printf message >message
      ssh-keygen -Y sign -q -n vault-slot -f key.pub message
      verify() {
        ssh-keygen -Y verify -n "$1" -I user -f allowed -s message.sig <message >/dev/null 2>&1 &&
          echo "$1 accepted" || echo "$1 refused"
      }
      verify vault-slot; verify file; verify git
      """
    let folder = String(agent.socket.dropLast("/agent".count))
    let outcome = try agent.run(["bash", "-c", script, "bash", folder])
    #expect(outcome.output == "vault-slot accepted\nfile refused\ngit refused\n")
  }

  @Test func `thirty parallel pulls all get the login, with one question at a time`() throws {
    let folder = try TemporaryFolder()
    // Two at once would find the folder of the other.
    try writeFile(
      folder.path("askpass"),
      """
      #!/bin/sh
      mkdir '\(folder.path("asking"))' || { touch '\(folder.path("twice"))'; exit 1; }
      sleep 0.05
      rmdir '\(folder.path("asking"))'
      """, mode: 0o700)
    let agent = try SSHAgentProcess(["SSH_ASKPASS": folder.path("askpass"), "DISPLAY": ":0"])
    try agent.makeKey("key")
    try agent.run(["ssh-add", "-q", "-c", agent.keyFile("key")])
    #expect(try addSlot(agent).status == 0)
    let running = try (0..<30).map { _ in try home.command(["get", uri]).start() }
    let outcomes = try running.map { try $0.finish() }
    #expect(outcomes.allSatisfy { $0.output == "secret\n" }, "\(outcomes.map(\.errors))")
    #expect(!files(below: folder.path).contains(folder.path("twice")))
  }
}
