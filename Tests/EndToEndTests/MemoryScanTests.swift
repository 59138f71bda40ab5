import Foundation
import Testing
import VaultTestSupport

/// When a command is over, nothing of a secret is left in its memory.
///
/// The release program is held at its last system call and everything that can be read of it is
/// searched, piece by piece: a copy that was freed has lost its beginning to the allocator.
@Suite(
  .enabled(if: isRoot, "only root reads the memory of a program that forbids it"),
  .tracing)
struct MemoryScanTests {
  private let user = "unm1stakable-us3r"
  private let pieces = ["Zq7/mWx0+KdR3yTn", "h5Lc/8JfVw2+GpQz", "b9XsN4r/Y6uEo1+A"]
  private let passphrasePieces = ["gV3kPz8wLq5TnYx0", "mR6cJd1sHf9BtKe2"]
  private var secret: String { pieces.joined() }
  private var passphrase: String { passphrasePieces.joined() }
  private var spellings: [Spelling] {
    (pieces + passphrasePieces).flatMap { piece in
      Spelling.all(of: piece).map { Spelling(name: "\(piece) \($0.name)", bytes: $0.bytes) }
    }
  }

  private func homeWithPassphrase() throws -> VaultHome {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), passphrase + "\n")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    let made = try home.vault("init")
    #expect(made.status == 0, "\(made.errors)")
    return home
  }

  private func loggedIn(to uri: String) throws -> VaultHome {
    let home = try homeWithPassphrase()
    let login = try home.logIn(uri, as: user, with: secret, "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    return home
  }

  /// Runs a command, and searches it when it has done everything but end.
  private func search(
    _ home: VaultHome, program: String = "vault", expecting status: Int32 = 0,
    _ arguments: String..., input: String = ""
  ) throws -> [ProcessMemory.Finding] {
    try search(home, program: program, expecting: status, words: arguments, input: input)
  }

  private func search(
    _ home: VaultHome, program: String = "vault", expecting status: Int32 = 0,
    words arguments: [String], input: String = ""
  ) throws -> [ProcessMemory.Finding] {
    var command = try home.command(arguments, input: input)
    command.words[0] = try PackageFolder.program(program)
    let halted = try HaltedCommand(command)
    let memory = try ProcessMemory(of: halted.pid)
    let findings = try memory.find(spellings)
    // The search would find nothing in a process that it cannot see into.
    let known = [Spelling(name: "program", bytes: Array("PASSPHRASE_FILE".utf8))]
    #expect(try !memory.find(known).isEmpty)
    print("\(arguments.prefix(2)): \(memory.count / 1024) KiB searched, \(findings.count) found")
    #expect(halted.status == status)
    return findings
  }

  private let uri = "docker://registry.example.com"

  @Test func `a login without verification leaves no secret in memory`() throws {
    let home = try homeWithPassphrase()
    let found = try search(
      home, "registry", "login", "--no-verify", "-u", user, "--password-stdin", uri, input: secret)
    #expect(found.map(\.description) == [])
    #expect(try home.secret(of: uri) == secret)
  }

  @Test func `a login with a password leaves no secret in memory`() throws {
    let registry = try DockerRegistry(.basic(user: user, password: secret))
    let home = try homeWithPassphrase()
    let found = try search(
      home, "registry", "login", "-u", user, "--password-stdin", registry.uri, input: secret)
    #expect(found.map(\.description) == [])
  }

  @Test func `a login with a token server leaves no secret in memory`() throws {
    let registry = try DockerRegistry(.bearer(try TokenServer(user: user, password: secret)))
    let home = try homeWithPassphrase()
    let found = try search(
      home, "registry", "login", "-u", user, "--password-stdin", registry.uri, input: secret)
    #expect(found.map(\.description) == [])
  }

  @Test(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"), arguments: [200, 401])
  func `a login over TLS leaves no secret in memory, accepted or refused`(status: Int) throws {
    let server = try ScriptedServer { request, _ in
      guard request.authorization == nil else { return .whole(status) }
      return .whole(401, [("WWW-Authenticate", "Basic realm=\"tests\"")])
    }
    let tls = try ScriptedServerTLS(before: server.port)
    let home = try homeWithPassphrase()
    let found = try search(
      home, expecting: status == 200 ? 0 : 77, "registry", "login", "-u", user, "--password-stdin",
      "--cacert", tls.folder.path + "/ca.pem", "docker://127.0.0.1:\(tls.port)", input: secret)
    #expect(found.map(\.description) == [])
    #expect(server.requests.contains { $0.authorization != nil })
  }

  @Test(arguments: [["--dry-run"], ["--yes", "--no-helper"], ["--undo", "--yes"]])
  func `a migration, its plan and its undo leave no secret in memory`(_ arguments: [String]) throws
  {
    let home = try homeWithPassphrase()
    var encoding = Command(["base64", "-w0"])
    encoding.input = Array("\(user):\(secret)".utf8)
    try makeFolder(home.path(".docker"))
    try writeFile(
      home.path(".docker/config.json"),
      "{\"auths\":{\"r.example\":{\"auth\":\"\(try encoding.run().output)\"}}}")
    try makeFolder(home.path(".apptainer"))
    try writeFile(
      home.path(".apptainer/remote.yaml"),
      "Remotes:\n  cloud:\n    URI: c.example\n    Token: \(secret)\n")
    if arguments == ["--undo", "--yes"] {
      let migrated = try home.vault("migrate", "--yes")
      #expect(migrated.status == 0, "\(migrated.errors)")
    }
    var command = try home.command(["migrate"] + arguments)
    command.words[0] = try PackageFolder.program("vault")
    let halted = try HaltedCommand(command)
    let memory = try ProcessMemory(of: halted.pid)
    #expect(try memory.find(spellings).map(\.description) == [])
    #expect(
      try !memory.find([Spelling(name: "program", bytes: Array("PASSPHRASE_FILE".utf8))]).isEmpty)
    #expect(halted.status == 0)
  }

  @Test(arguments: ["text", "json"]) func `'vault get' leaves no secret in memory`(format: String)
    throws
  {
    let home = try loggedIn(to: uri)
    let found = try search(home, "get", "--format", format, uri)
    #expect(found.map(\.description) == [])
  }

  @Test func `'vault registry check' leaves no secret in memory, by password, token or over TLS`()
    throws
  {
    let registries = try [
      DockerRegistry(.basic(user: user, password: secret)),
      DockerRegistry(.bearer(try TokenServer(user: user, password: secret))),
    ]
    let certificates = try Certificates()
    let front = try TLSFront(before: registries[0].host, certificates)
    let home = try homeWithPassphrase()
    for host in registries.map(\.host) + [front.host] {
      for prefix in ["", "/a", "/b"] {
        let login = try home.logIn(host + prefix, as: user, with: secret, "--no-verify")
        #expect(login.status == 0, "\(login.errors)")
      }
    }
    // A login at a registry without TLS is not tried while an issuer is named.
    let plain = registries.map(\.host).flatMap { [$0, $0 + "/a", $0 + "/b"] }
    let found = try search(home, words: ["registry", "check"] + plain)
    #expect(found.map(\.description) == [])
    let tls = ["", "/a", "/b"].map { front.host + $0 }
    let foundOverTLS = try search(
      home, words: ["registry", "check", "--cacert", certificates.issuer] + tls)
    #expect(foundOverTLS.map(\.description) == [])
    #expect(try home.vault("registry", "list", "--long").output.split(separator: "Z\n").count == 9)
  }

  @Test func `'vault registry list' leaves no secret in memory`() throws {
    let home = try loggedIn(to: uri)
    for format in ["table", "json"] {
      let found = try search(home, "registry", "list", "--format", format)
      #expect(found.map(\.description) == [])
    }
  }

  @Test(arguments: ["remote-yaml", "apptainer", "docker-config", "auth-json"])
  func `'vault export' leaves no secret in memory`(form: String) throws {
    let home = try loggedIn(to: uri)
    let found = try search(home, "export", "--as", form)
    #expect(found.map(\.description) == [])
    let written = try search(home, "export", "--as", form, "--output", home.path("exported"), uri)
    #expect(written.map(\.description) == [])
  }

  @Test(arguments: [[], ["--secret-variable", "THE_SECRET"]])
  func `'vault exec' has no secret in memory while its command runs`(options: [String]) throws {
    let home = try loggedIn(to: uri)
    home.environment["XDG_RUNTIME_DIR"] = home.path
    let script =
      "echo $PPID >\"$HOME/parent.new\"; mv \"$HOME/parent.new\" \"$HOME/parent\"; exec sleep 60"
    let running = try home.command(
      ["exec", "--registry", uri] + options + ["--", "sh", "-c", script]
    ).start()
    let file = home.path("parent")
    try waitUntil("the command runs") { files(below: home.path).contains(file) }
    let text = String(decoding: try readFile(file), as: UTF8.self)
    guard let pid = Int32(text.dropLast()) else { throw TestFailure("no process: \(text)") }
    let memory = try ProcessMemory(of: pid)
    let known = [Spelling(name: "program", bytes: Array("PASSPHRASE_FILE".utf8))]
    #expect(try !memory.find(known).isEmpty)
    #expect(try memory.find(spellings).map(\.description) == [])
    running.process.signal(15)
    _ = try running.finish()
  }

  @Test(.enabled(if: KernelKeys.areAvailable, "the kernel keeps no keys here"))
  func `'vault unlock' leaves no secret in memory`() throws {
    let home = try loggedIn(to: uri)
    let found = try search(home, "unlock", "--timeout", "5s")
    #expect(found.map(\.description) == [])
    #expect(try home.vault("lock").status == 0)
  }

  @Test(arguments: ["get", "store", "list", "erase"])
  func `docker-credential-vault leaves no secret in memory`(action: String) throws {
    let home = try loggedIn(to: uri)
    let request = #"{"ServerURL":"registry.example.com","Username":"u","Secret":"\#(secret)"}"#
    let found = try search(
      home, program: "docker-credential-vault", action,
      input: action == "store" ? request : "registry.example.com")
    #expect(found.map(\.description) == [])
  }

  @Test func `a rekey and a new slot leave no secret in memory`() throws {
    let home = try loggedIn(to: uri)
    let added = try search(home, "slot", "add", "key-file", home.path("second.key"))
    #expect(added.map(\.description) == [])
    let rekeyed = try search(
      home, "rekey", "--keep-passphrase-file", home.path("passphrase"), "--drop-others")
    #expect(rekeyed.map(\.description) == [])
    #expect(try home.secret(of: uri) == secret)
  }

  @Test(.desktopKeyring)
  func `the desktop keyring as a store leaves no secret in our memory`() throws {
    let session = try DesktopSession.withKeyring()
    let home = session.home
    try home.set("store = secret-service\n")
    let put = try search(
      home, "registry", "login", "--no-verify", "-u", user, "--password-stdin", uri, input: secret)
    #expect(put.map(\.description) == [])
    let got = try search(home, "get", uri)
    #expect(got.map(\.description) == [])
    let asked = try search(
      home, program: "docker-credential-vault", "get", input: "registry.example.com")
    #expect(asked.map(\.description) == [])
    #expect(try home.secret(of: uri) == secret)
  }

  @Test(.desktopKeyring)
  func `the key from the desktop keyring does not stay in our memory`() throws {
    let session = try DesktopSession.withKeyring()
    #expect(try session.home.vault("init", "--secret-service", "--no-recovery").status == 0)
    let text = try session.run(["secret-tool", "lookup", "v", "1"]).output
    let key = Array(try #require(Data(base64Encoded: text)))
    #expect(key.count == 32)
    #expect(try session.home.vault("lock").status == 0)
    let halted = try HaltedCommand(session.home.command(["get", uri]))
    #expect(halted.status == 1)
    let memory = try ProcessMemory(of: halted.pid)
    let searched = [
      Spelling(name: "base64", bytes: Array(text.utf8.prefix(20))),
      Spelling(name: "base64, second half", bytes: Array(text.utf8.suffix(20))),
      Spelling(name: "raw", bytes: Array(key.prefix(16))),
      Spelling(name: "raw, second half", bytes: Array(key.suffix(16))),
    ]
    #expect(try memory.find(searched).map(\.description) == [])
    #expect(try session.home.vault("lock").status == 0)
  }

  // MARK: Controls

  @Test func `the memory search finds a password from an argument`() throws {
    let home = try homeWithPassphrase()
    let found = try search(
      home, "registry", "login", "--no-verify", "-u", user, "--password", secret, uri)
    #expect(found.contains { $0.spelling == pieces[0] + " UTF-8" }, "\(found)")
  }

  @Test func `the memory search finds every spelling in another process`() throws {
    for piece in [pieces[0], passphrasePieces[0]] {
      for spelling in Spelling.all(of: piece) {
        #expect(try foundWhenPlanted(spelling.bytes).contains("\(piece) \(spelling.name)"))
      }
    }
    // What a freed copy looks like.
    let freed = [UInt8](repeating: 1, count: 16) + Array(secret.utf8.dropFirst(16))
    let found = try foundWhenPlanted(freed)
    #expect(found.contains(pieces[1] + " UTF-8"), "\(found)")
    #expect(!found.contains(pieces[0] + " UTF-8"), "\(found)")
  }

  /// What is found in a process that holds some bytes, and gets them in a form that is not searched
  /// for.
  private func foundWhenPlanted(_ bytes: [UInt8]) throws -> Set<String> {
    let script = """
      import sys, time
      kept = bytes(int(number) for number in sys.stdin.read().split())
      open(sys.argv[1], "w").close()
      time.sleep(60)
      """
    let folder = try TemporaryFolder()
    var command = Command(["python3", "-c", script, folder.path("ready")])
    command.input = Array(bytes.map(String.init).joined(separator: " ").utf8)
    let running = try command.start()
    try waitUntil("the bytes are planted") { files(below: folder.path).count == 1 }
    let found = try ProcessMemory(of: running.process.pid).find(spellings)
    running.process.signal(9)
    return Set(found.map(\.spelling))
  }

  @Test(
    .enabled(if: CoreFile.isUsual, "core files go to a program"), arguments: ["SEGV", "ABRT"])
  func `a crash leaves no core file`(signal: String) throws {
    let home = try homeWithPassphrase()
    let folder = try TemporaryFolder()
    let unlimited = "cd \(folder.path) && ulimit -c unlimited && exec \"$@\""
    var control = Command(["sh", "-c", unlimited, "sh", "sh", "-c", "kill -\(signal) $$"])
    _ = try control.run()
    #expect(files(below: folder.path).count == 1, "no core file where there should be one")
    control.words = ["rm", "-f"] + files(below: folder.path)
    _ = try control.run()

    var login = try home.command(
      ["registry", "login", "--no-verify", "-u", user, "--password-stdin", uri], input: secret)
    login.words =
      ["sh", "-c", unlimited, "sh"]
      + Tracing.words("trace=fsync", "inject=fsync:signal=\(signal):when=1") + login.words
    let outcome = try login.run()
    #expect(outcome.ending == .killed(by: signal == "SEGV" ? 11 : 6), "\(outcome.errors)")
    #expect(files(below: folder.path) == [])
    #expect(files(below: home.path).allSatisfy { !$0.contains("core") })
  }
}

/// Where the kernel puts core files.
private enum CoreFile {
  static let isUsual =
    (try? readProcFile("/proc/sys/kernel/core_pattern")).map { !$0.starts(with: Array("|".utf8)) }
    ?? false
}
