import Glibc
import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import CredentialHelper

struct HelperTests {
  private let folder: TemporaryFolder
  private let notFound = "credentials not found in native keychain\n"

  /// What one action said and how it ended.
  private struct Answer: Equatable {
    let status: Int32
    let output: String
    let errors: String
  }

  init() throws { folder = try TemporaryFolder() }

  private func environment(_ more: [String: String] = [:]) -> Environment {
    Environment(more.merging(["HOME": folder.path]) { given, _ in given }, workingFolder: "/")
  }

  private var key: [String: String] { ["VAULT_KEY_FILE": folder.path("key")] }

  private func makeVault() throws {
    let access = try VaultAccess(environment: environment())
    _ = try access.make(with: try SlotSecret(makingKeyFile: folder.path("key")))
  }

  private func run(
    _ arguments: [String], _ input: String = "", variables: [String: String]? = nil
  ) throws -> Answer {
    try run(arguments, bytes: Array(input.utf8), variables: variables)
  }

  private func run(
    _ arguments: [String], bytes: [UInt8], variables: [String: String]? = nil
  ) throws -> Answer {
    try writeFile(folder.path("in"), bytes)
    for name in ["out", "err"] { try writeFile(folder.path(name), "") }
    let descriptors = ["in", "out", "err"].map { unsafe open(folder.path($0), O_RDWR) }
    defer { for descriptor in descriptors { close(descriptor) } }
    let status = HelperProtocol(
      environment: environment(variables ?? key), input: descriptors[0], output: descriptors[1],
      errors: descriptors[2]
    ).run(arguments)
    return Answer(
      status: status, output: String(decoding: try readFile(folder.path("out")), as: UTF8.self),
      errors: String(decoding: try readFile(folder.path("err")), as: UTF8.self))
  }

  private func store(_ server: String, _ user: String = "u", _ secret: String = "s") throws
    -> Answer
  {
    try run(
      ["store"], "{\"ServerURL\":\"\(server)\",\"Username\":\"\(user)\",\"Secret\":\"\(secret)\"}\n"
    )
  }

  /// Keeps a login as `vault` does, which knows no spelling of a client's.
  private func seal(_ uri: String, _ transport: Transport = .checkedTLS) throws {
    var record = CredentialRecord(
      key: .registry(try RegistryURI(uri).scope), spellings: [uri], isSecure: true,
      username: "u", created: 1)
    record.transport = transport
    try openVault().put(
      Credential(
        record: record,
        secret: try SecretBytes(capacity: 1) { (out) throws(VaultError) in try out.append("s") }))
  }

  private func openVault() throws -> VaultStore {
    let access = try VaultAccess(
      option: .keyFile(folder.path("key")), environment: environment())
    guard let sealed = try access.read(),
      let store = try access.openWithoutAsking(sealed, warn: { _ in })
    else { throw TestFailure("the vault did not open") }
    return store
  }

  private var vaultFile: String { folder.path(".local/share/vault/vault.sealed") }

  private func get(_ server: String) throws -> Answer { try run(["get"], server) }

  private func done(_ output: String = "") -> Answer {
    Answer(status: 0, output: output, errors: "")
  }

  private func failed(_ output: String) -> Answer {
    Answer(status: 1, output: output, errors: "")
  }

  @Test func `what is stored is got under the name that is asked for`() throws {
    try makeVault()
    #expect(try store("registry.example.com", "alice", "hunter2") == done())
    for asked in [
      "registry.example.com", "https://registry.example.com", "https://registry.example.com/v2/",
      "REGISTRY.example.com:443", "registry.example.com/org/app:1.2",
    ] {
      #expect(
        try get(asked + "\n")
          == done("{\"ServerURL\":\"\(asked)\",\"Username\":\"alice\",\"Secret\":\"hunter2\"}\n"))
    }
    #expect(try get("other.example.com") == failed(notFound))
    #expect(try get("registry.example.com:5000") == failed(notFound))
  }

  @Test func `a client that stores what is stored already writes nothing`() throws {
    try makeVault()
    try seal("docker://registry.example.com")
    let before = try readFile(vaultFile)
    for server in [
      "https://registry.example.com", "registry.example.com", "http://registry.example.com:443",
    ] {
      #expect(try store(server) == done())
      #expect(try readFile(vaultFile) == before)
    }
    #expect(try store("registry.example.com", "other") == done())
    #expect(try readFile(vaultFile) != before)
  }

  @Test(arguments: [Transport.uncheckedTLS, .plainHTTP, .checkedTLS])
  func `what is known of the connection stays when a client stores another secret`(
    transport: Transport
  ) throws {
    try makeVault()
    try seal("docker://registry.example.com", transport)
    #expect(try store("http://registry.example.com:443", "u", "new") == done())
    #expect(try get("registry.example.com").output.contains("\"new\""))
    #expect(try openVault().list().map(\.transport) == [transport])
  }

  @Test func `escapes of every kind are decoded and written again`() throws {
    try makeVault()
    #expect(try store("h", "\\u003ctoken\\u003e", "a\\\"b\\\\c\\n\\u0001\\ud83d\\ude00é") == done())
    #expect(
      try get("h")
        == done(
          "{\"ServerURL\":\"h\",\"Username\":\"<token>\",\"Secret\":\"a\\\"b\\\\c\\n\\u0001😀é\"}\n")
    )
  }

  @Test func `Docker Hub is one record, and its tokens stand apart`() throws {
    try makeVault()
    _ = try store("https://index.docker.io/v1/", "me", "password")
    #expect(try get("https://index.docker.io/v1/access-token") == failed(notFound))
    _ = try store("https://index.docker.io/v1/access-token", "me", "access")
    _ = try store("https://index.docker.io/v1/refresh-token", "me", "refresh")
    _ = try store("https://index.docker.io/v1//access-token", "me", "other")
    for name in [
      "docker.io", "index.docker.io", "registry-1.docker.io", "https://index.docker.io/v1/",
      "docker.com", "https://www.docker.com", "hub.docker.com", "registry.hub.docker.com/v2/",
    ] {
      #expect(try get(name).output.contains("\"password\""))
    }
    #expect(try get("https://index.docker.io/v1/access-token").output.contains("\"access\""))
    #expect(try get("https://index.docker.io/v1//access-token").output.contains("\"other\""))
    #expect(try run(["erase"], "https://index.docker.io/v1/access-token") == done())
    #expect(try get("https://index.docker.io/v1/access-token") == failed(notFound))
    #expect(try get("https://index.docker.io/v1/refresh-token").output.contains("\"refresh\""))
    #expect(try get("docker.io").output.contains("\"password\""))
  }

  @Test func `keys that are no address round-trip to the letter`() throws {
    try makeVault()
    for key in ["pycreds test é", "nerdctl-experimental://h?ns=docker.io", "user@h", "h/é"] {
      #expect(try store(key, "u", "of \(key)") == done())
    }
    #expect(try get("pycreds test é").output.contains("\"of pycreds test é\""))
    #expect(try get("nerdctl-experimental://h?ns=docker.io").status == 0)
    #expect(try get("nerdctl-experimental://h?ns=ghcr.io") == failed(notFound))
    // The same letter in another form is another key.
    #expect(try get("h/e\u{301}") == failed(notFound))
    #expect(try get("user@h").output.contains("\"of user@h\""))
    #expect(try run(["list"]).output.contains("\"pycreds test é\":\"u\""))
  }

  @Test func `the longest prefix is got, never a sibling's`() throws {
    try makeVault()
    _ = try store("h/org", "org", "1")
    _ = try store("h/org/app", "app", "2")
    #expect(try get("h/org/app/x").output.contains("\"app\""))
    #expect(try get("h/org/apple").output.contains("\"org\""))
    #expect(try get("h/other") == failed(notFound))
    #expect(try get("h") == failed(notFound))
  }

  @Test func `a second user for a server takes the first one's place`() throws {
    try makeVault()
    _ = try store("h", "alice", "1")
    _ = try store("https://h/v1/", "bob", "2")
    #expect(try get("h").output.contains("\"Username\":\"bob\",\"Secret\":\"2\""))
    #expect(try run(["list"]) == done("{\"h\":\"bob\"}\n"))
  }

  @Test func `the list names servers without schemes, so that podman takes it too, and no secret`()
    throws
  {
    #expect(try run(["list"]) == done("{}\n"))
    try makeVault()
    #expect(try run(["list"]) == done("{}\n"))
    for server in [
      "z.example.com", "https://index.docker.io/v1/", "https://index.docker.io/v1/access-token",
      "http://plain.example.com:5000", "https://a.example.com/v2/", "host/team", "host/image:1",
      "host/image@sha256:0", "no_address",
    ] {
      _ = try store(server, "u", "hidden")
    }
    #expect(
      try run(["list"])
        == done(
          "{\"a.example.com\":\"u\",\"docker.io\":\"u\",\"host/team\":\"u\",\"no_address\":\"u\","
            + "\"plain.example.com:5000\":\"u\",\"z.example.com\":\"u\"}\n"))
  }

  @Test func `the list names a login for a part of a registry that another program sealed`() throws
  {
    try makeVault()
    try seal("docker://h.example:5000/team")
    #expect(try run(["list"]) == done("{\"h.example:5000/team\":\"u\"}\n"))
    #expect(try run(["erase"], "h.example:5000/team") == done())
    #expect(try run(["list"]) == done("{}\n"))
  }

  @Test func `erasing what is not there is no error`() throws {
    #expect(try run(["erase"], "h") == done())
    try makeVault()
    #expect(try run(["erase"], "h") == done())
    _ = try store("h")
    #expect(try run(["erase"], "h/org") == done())
    #expect(try get("h").status == 0)
    #expect(try run(["erase"], "http://h") == done())
    #expect(try get("h") == failed(notFound))
  }

  @Test func `http without a port is port 80 and is not given the login to https`() throws {
    try makeVault()
    _ = try store("h", "alice", "over https")
    #expect(try get("http://h") == failed(notFound))
    _ = try store("http://h", "bob", "over http")
    #expect(try get("http://h").output.contains("\"Secret\":\"over http\""))
    #expect(try get("h:80").output.contains("\"Secret\":\"over http\""))
    #expect(try get("https://h").output.contains("\"Secret\":\"over https\""))
  }

  @Test(arguments: [
    ("{\"Username\":\"u\",\"Secret\":\"s\"}", "no credentials server URL\n"),
    ("{\"ServerURL\":\"\",\"Secret\":\"s\"}", "no credentials server URL\n"),
    ("{\"ServerURL\":\"h\",\"Secret\":\"s\"}", "no credentials username\n"),
    ("{\"ServerURL\":\"h\",\"Username\":\"\",\"Secret\":\"s\"}", "no credentials username\n"),
    (
      "{\"ServerURL\":\"h\\u0000\",\"Username\":\"u\",\"Secret\":\"s\"}",
      "the server URL has a control character\n"
    ),
    (
      "{\"ServerURL\":\"h\",\"Username\":\"u\\u001b[2J\",\"Secret\":\"s\"}",
      "the user name has a control character\n"
    ),
    ("", "EOF\n"), ("{", "unexpected EOF\n"), ("[]", "valid JSON"), ("null", "valid JSON"),
    ("{\"ServerURL\":1}", "valid JSON"),
    ("{\"ServerURL\":\"h\",\"ServerURL\":\"g\"}", "valid JSON"),
    ("{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"s\"} x", "valid JSON"),
    ("{\"ServerURL\":\"\\ud800\"}", "valid JSON"),
  ])
  func `a request that is wrong is refused in one line, and nothing is stored`(
    _ c: (input: String, words: String)
  ) throws {
    try makeVault()
    let answer = try run(["store"], c.input)
    #expect(answer.status == 1)
    #expect(answer.output.contains(c.words), "\(answer.output)")
    #expect(answer.output.filter { $0 == "\n" }.count == 1)
    #expect(answer.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(try run(["list"]) == done("{}\n"))
  }

  @Test func `input that is not UTF-8 or too long is refused`() throws {
    try makeVault()
    #expect(try run(["get"], bytes: [0x68, 0xff]) == failed("the server URL is not UTF-8\n"))
    let long = String(repeating: "x", count: 128 * 1024)
    #expect(try run(["get"], long + "x").output == "the input is longer than 131072 bytes\n")
    #expect(try store("h", "u", String(repeating: "x", count: 32 * 1024)).status == 0)
    #expect(try store("g", "u", String(repeating: "x", count: 32 * 1024 + 1)).status == 1)
    #expect(try get("g") == failed(notFound))
  }

  @Test(arguments: ["get", "erase"])
  func `a blank server is refused in the words that clients know`(_ action: String) throws {
    #expect(try run([action], " \n") == failed("no credentials server URL\n"))
  }

  @Test func `a locked vault is not a missing credential, unless the user wants it so`() throws {
    try makeVault()
    _ = try store("h")
    for action in ["get", "erase", "list"] {
      let answer = try run([action], "h", variables: [:])
      #expect(answer.status == 1)
      #expect(answer.output == "the vault is locked\n")
      #expect(answer.errors.contains("vault unlock"))
      #expect(answer.errors.filter { $0 == "\n" }.count == 1)
    }
    try SettingsFile.set(
      .helperWhenLocked, to: "anonymous", path: folder.path(".config/vault/config"))
    let answer = try run(["get"], "h", variables: [:])
    #expect(answer.status == 1)
    #expect(answer.output == notFound)
    #expect(answer.errors.contains("vault unlock"))
    // Only a look-up may pass a locked vault over: an erase that did nothing must not say it did.
    for action in ["erase", "list"] {
      #expect(try run([action], "h", variables: [:]).output == "the vault is locked\n")
    }
  }

  @Test func `the helper says regvault if vault on the PATH is another program`() throws {
    try makeVault()
    try writeFile(folder.path("vault"), "", mode: 0o755)
    let answer = try run(["list"], variables: ["PATH": folder.path])
    #expect(answer.errors.contains("'regvault unlock'"))
  }

  @Test
  func `a rolled back vault is refused with a command of vault, as the helper has no options`()
    throws
  {
    try makeVault()
    let file = folder.path(".local/share/vault/vault.sealed")
    let old = try readFile(file)
    _ = try store("h")
    try writeFile(file, old)
    let answer = try run(["get"], "h")
    #expect(answer.status == 1)
    #expect(answer.output.contains("'vault registry list --accept-rollback'"))
    #expect(answer.output.filter { $0 == "\n" }.count == 1)
  }

  @Test func `keys that name images stay apart`() throws {
    try makeVault()
    _ = try store("h/p:x", "x", "1")
    _ = try store("h/p:y", "y", "2")
    #expect(try get("h/p:x").output.contains("\"1\""))
    #expect(try get("h/p:y").output.contains("\"2\""))
    #expect(try get("h/p") == failed(notFound))
    #expect(try run(["erase"], "h/p:x") == done())
    #expect(try get("h/p:x") == failed(notFound))
    #expect(try get("h/p:y").output.contains("\"2\""))
  }

  @Test func `a damaged vault is not a missing credential`() throws {
    try makeVault()
    let file = folder.path(".local/share/vault/vault.sealed")
    try writeFile(file, Array(try readFile(file).dropLast()))
    let answer = try get("h")
    #expect(answer.status == 1)
    #expect(answer.output.contains("damaged"))
    #expect(!answer.output.contains("credentials not found"))
  }

  @Test func `version, usage and unknown actions answer as upstream does`() throws {
    let usage = "Usage: docker-credential-vault <store|get|erase|list|version>\n"
    for word in ["version", "--version", "-v"] {
      #expect(try run([word]).output.hasPrefix("docker-credential-vault ("))
    }
    #expect(try run(["--help"]) == done(usage))
    #expect(try run([]) == failed(usage))
    #expect(try run(["get", "h"]) == failed(usage))
    #expect(try run(["put"]) == failed("docker-credential-vault: unknown action: put\n"))
  }

  @Test func `list and version leave standard input alone`() throws {
    for action in ["list", "version"] {
      try writeFile(folder.path("in"), "unread")
      let input = unsafe open(folder.path("in"), O_RDONLY)
      let sink = unsafe open("/dev/null", O_WRONLY)
      defer {
        close(input)
        close(sink)
      }
      let program = HelperProtocol(
        environment: environment(key), input: input, output: sink, errors: sink)
      #expect(program.run([action]) == 0)
      #expect(lseek(input, 0, SEEK_CUR) == 0)
    }
  }

  // MARK: Lent logins

  /// Lends logins of a registry, and runs an action.
  private func runLent(_ action: String, _ input: String, _ users: [String: String]) throws
    -> Answer
  {
    let places = LendingPlace.all(
      in: Environment(["XDG_RUNTIME_DIR": folder.path], workingFolder: "/"))
    let lent = try LentFolder(in: places) { _ in }
    var text = try LentLoginText()
    for (uri, user) in users {
      let record = CredentialRecord(
        key: .registry(try RegistryURI(uri).scope), spellings: [uri], isSecure: true,
        username: user, created: 0)
      try text.add(Credential(record: record, secret: try SecretBytes(readable: "lent")))
    }
    let whole = try text.finished()
    try lent.write(LentLoginText.fileName, whole.bytes)
    return try run(
      [action], input, variables: key.merging(["VAULT_LENT": lent.path]) { $1 })
  }

  @Test func `while logins are lent, get and list answer from them and from nothing else`() throws {
    try makeVault()
    #expect(try store("r.example.com", "mallory").status == 0)
    #expect(try store("other.example.com", "mallory").status == 0)
    let lent = ["docker://r.example.com/team": "alice"]
    let answer = try runLent("get", "r.example.com", lent)
    #expect(
      answer.output
        == "{\"ServerURL\":\"r.example.com\",\"Username\":\"alice\",\"Secret\":\"lent\"}\n")
    #expect(try runLent("get", "other.example.com", lent).output == notFound)
    #expect(try runLent("get", "r.example.com/other", lent).output == notFound)
    #expect(try runLent("list", "", lent).output == "{\"r.example.com\":\"alice\"}\n")
  }

  @Test func `while logins are lent, store and erase fail and change nothing`() throws {
    try makeVault()
    #expect(try store("r.example.com").status == 0)
    let lent = ["docker://r.example.com": "alice"]
    let login = #"{"ServerURL":"new.example.com","Username":"u","Secret":"s"}"#
    #expect(try runLent("store", login, lent).status == 1)
    #expect(try runLent("erase", "r.example.com", lent).status == 1)
    #expect(try run(["list"]).output == "{\"r.example.com\":\"u\"}\n")
  }

  @Test(arguments: ["/", "/nonexistent/lend-x", "relative"])
  func `every action fails where the lent folder is not to be trusted`(path: String) throws {
    try makeVault()
    #expect(try store("r.example.com").status == 0)
    let login = #"{"ServerURL":"r.example.com","Username":"u","Secret":"s"}"#
    for (action, input) in [
      ("get", "r.example.com"), ("list", ""), ("erase", "r.example.com"), ("store", login),
    ] {
      let answer = try run([action], input, variables: key.merging(["VAULT_LENT": path]) { $1 })
      #expect(answer.status == 1)
      #expect(!answer.output.contains("credentials not found"), "\(answer.output)")
      #expect(!answer.output.contains("Secret"), "\(answer.output)")
    }
    #expect(try run(["list"]).output == "{\"r.example.com\":\"u\"}\n")
  }
}
