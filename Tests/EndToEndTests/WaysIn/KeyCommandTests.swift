import Testing
import VaultTestSupport

/// A vault that a program opens, by `--key-command` and `VAULT_KEY_COMMAND`.
struct KeyCommandTests {
  private let home: VaultHome
  private let uri = "docker://registry.example.com"

  init() throws {
    home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    try removeFile(home.path(".config/vault/config"))
    home.environment["XDG_RUNTIME_DIR"] = home.path
  }

  /// Writes a program that prints the key file and does something else.
  private func tool(_ script: String, mode: UInt32 = 0o700) throws -> String {
    try writeFile(home.path("tool"), "#!/bin/sh\n" + script + "\n")
    try setMode(mode, of: home.path("tool"))
    return home.path("tool")
  }

  private func helper() throws -> Outcome {
    var command = Command(
      [try PackageFolder.program("docker-credential-vault"), "get"],
      environment: home.environment)
    command.input = Array("registry.example.com".utf8)
    return try command.run()
  }

  @Test func `a program opens the vault, and the next command does not run it again`() throws {
    let tool = try tool("echo run >>\"$HOME/runs\"; cat \"$HOME/vault.key\"")
    let got = try home.vault("get", "--key-command", tool, uri)
    #expect(got.output == "secret\n", "\(got.errors)")
    home.environment["VAULT_KEY_COMMAND"] = tool
    #expect(try home.secret(of: uri) == "secret")
    #expect(try helper().output.contains("\"Secret\":\"secret\""))
    #expect(try text(at: home.path("runs")) == "run\n")
    #expect(try home.vault("lock").status == 0)
    #expect(try home.vault("status").status == 75)
    #expect(try home.secret(of: uri) == "secret")
    #expect(try text(at: home.path("runs")) == "run\nrun\n")
    #expect(try home.vault("lock").status == 0)
  }

  @Test(arguments: [
    ("sleep 0.1; exit 3", 75, "failed with status 3"),
    ("kill -9 $$", 75, "failed with status 137"),
    ("echo nonsense", 78, "gave no key"), (":", 78, "gave no key"),
    ("head -c 1000000 /dev/zero", 78, "too long"),
    ("cat $HOME/vault.key; head -c 4012 /dev/zero", 78, "too long"),
    ("cat $HOME/vault.key $HOME/vault.key", 78, "gave no key"),
    ("tr 0-9 1-90 <$HOME/vault.key", 78, "gave no key"),
    ("cat $HOME/other.key", 77, "does not open the vault"),
    ("exec 2>&1; echo '\u{1b}[31mred'; exit 1", 75, "failed with status 1"),
    ("printf '\\033[31mred\\n' >&2; exit 1", 75, "\\u{1b}[31mred"),
    // Its own session has no terminal.
    ("read -r line </dev/tty && cat $HOME/vault.key", 75, "failed with status"),
    ("read -r line || exit 9", 75, "failed with status 9"),
  ])
  func `a program that gives no key is said to, and the status tells why`(
    _ script: String, _ status: Int32, _ words: String
  ) throws {
    #expect(
      try home.vault("init", "--vault", home.path("o"), "--key-file", home.path("other.key"))
        .status == 0)
    home.environment["VAULT_KEY_COMMAND"] = try tool(script)
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("\u{1b}"))
    let other = try home.vault("get", "--key-file", home.keyFile, uri)
    #expect(other.output == "secret\n", "\(other.errors)")
  }

  @Test func `a program that is missing, or that others can write, is not run`() throws {
    let tool = try tool("touch \"$HOME/ran\"; cat \"$HOME/vault.key\"", mode: 0o722)
    for (command, words) in [
      (tool, "can be written to by others"), ("no-such-program", "on the PATH"),
      (home.path("none"), "cannot use the program"), (home.path, "is not a file"),
      (home.keyFile, "is not executable"),
    ] {
      let outcome = try home.vault("get", "--key-command", command, uri)
      #expect(outcome.status == 78, "\(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(!files(below: home.path).contains(home.path("ran")))
    for command in ["", "'", "a \\"] {
      #expect(try home.vault("get", "--key-command", command, uri).status == 64)
    }
  }

  @Test func `docker-credential-vault gives a program twenty seconds, and kills what it started`()
    throws
  {
    home.environment["VAULT_KEY_COMMAND"] = try tool("sleep 1000 & echo $! >\"$HOME/child\"; wait")
    let start = ContinuousClock.now
    let outcome = try helper()
    let took = ContinuousClock.now - start
    #expect((.seconds(19)...Duration.seconds(24)).contains(took), "\(took)")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("did not end within"), "\(outcome.output)")
    let child = try text(at: home.path("child")).split(separator: "\n").joined()
    // Killed, and perhaps not yet reaped.
    let stat = (try? readProcFile("/proc/\(child)/stat")) ?? []
    let state = String(decoding: stat, as: UTF8.self)
    #expect(state.isEmpty || state.contains(") Z "), "\(state)")
  }

  @Test func `thirty parallel pulls run the program once`() throws {
    home.environment["VAULT_KEY_COMMAND"] = try tool(
      "echo run >>\"$HOME/runs\"; sleep 0.5; cat \"$HOME/vault.key\"")
    let running = try (0..<30).map { _ in
      var command = Command(
        [try PackageFolder.program("docker-credential-vault"), "get"],
        environment: home.environment)
      command.input = Array("registry.example.com".utf8)
      return try command.start()
    }
    let outcomes = try running.map { try $0.finish() }
    #expect(outcomes.allSatisfy { $0.output.contains("secret") }, "\(outcomes.map(\.output))")
    #expect(try text(at: home.path("runs")) == "run\n")
    #expect(try home.vault("lock").status == 0)
  }

  @Test func `a program that opens the same vault does not start itself again`() throws {
    home.environment["VAULT_KEY_COMMAND"] = try tool(
      "echo run >>\"$HOME/runs\"; vault get \(uri) >&2; cat \"$HOME/vault.key\"")
    let outcome = try home.vault("get", uri)
    #expect(outcome.output == "secret\n", "\(outcome.errors)")
    #expect(try text(at: home.path("runs")) == "run\n")
    #expect(try home.vault("lock").status == 0)
  }

  @Test(.tracing) func `a key that a program seals is in no file and no argument`() throws {
    // What it is given it keeps reversed, so that the search below does not find it in its file.
    let seal = try tool("rev >\"$HOME/sealed\"")
    var command = try home.command([
      "slot", "add", "key-command", "--key-file", home.keyFile, "--seal-with", seal, "--", "rev",
      home.path("sealed"),
    ])
    let log = home.path("trace")
    command.words =
      ["strace", "-f", "-o", log, "-s", "4096", "-e", "trace=openat,execve"] + command.words
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let sealed = try text(at: home.path("sealed"))
    let line = String(sealed.reversed().drop { $0.isWhitespace })
    #expect(line.hasPrefix("vault-key-1:"), "\(line)")
    let digits = String(line.dropFirst(12).prefix(64))
    let trace = try text(at: log)
    #expect(!trace.contains(digits))
    let written = trace.split(separator: "\n").filter {
      $0.contains("O_WRONLY") || $0.contains("O_RDWR")
    }.filter { !$0.contains("/dev/null") && !$0.contains("/proc/") }
    #expect(
      written.allSatisfy {
        $0.contains("/sealed") || $0.contains("vault") || $0.contains(".marks.lock")
      }, "\(written)")
    for file in files(below: home.path) where file != home.keyFile && file != log {
      #expect(try !text(at: file).contains(digits), "\(file)")
    }
    let got = try home.vault("get", "--key-command", "rev '\(home.path("sealed"))'", uri)
    #expect(got.output == "secret\n", "\(got.errors)")
    #expect(try home.vault("lock").status == 0)
  }

  @Test func `a program that gives back another key gets no slot`() throws {
    let before = try home.vault("slot", "list", "--key-file", home.keyFile).output
    for (seal, open, status) in [
      ("cat", "cat \(home.keyFile)", 77), ("false", "cat \(home.keyFile)", 75),
      ("cat", "echo nonsense", 78), ("no-such-program", "cat \(home.keyFile)", 78),
    ] as [(String, String, Int32)] {
      let outcome = try home.command(
        ["slot", "add", "key-command", "--key-file", home.keyFile, "--seal-with", seal, "--"]
          + open.split(separator: " ").map(String.init)
      ).run()
      #expect(outcome.status == status, "\(outcome.errors)")
    }
    #expect(try home.vault("slot", "list", "--key-file", home.keyFile).output == before)
  }
}
