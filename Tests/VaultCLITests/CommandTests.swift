import ArgumentParser
import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import VaultCLI

struct CommandTests {
  private let world: TestWorld

  init() throws { world = try TestWorld() }

  @Test func `the list is the documented table, byte for byte`() throws {
    try world.makeVault()
    _ = try world.logIn("docker://docker.com")
    _ = try world.logIn("docker://registry.example.com")
    let list = try world.run("registry", "list")
    #expect(list.status == 0)
    #expect(
      list.output == """

        URI                            SECURE?
        docker://docker.com            ✓
        docker://registry.example.com  ✓

        """)
    #expect(list.errors == "")
  }

  @Test func `the long list shows user, store and expiry, a token's own`() throws {
    try world.makeVault()
    // {"alg":"none"} and {"exp":1893456000}: the first second of 2030.
    _ = try world.logIn(
      "oras://h:5000", as: "bob", with: "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.")
    _ = try world.run(
      "registry", "login", "-u", "eve", "--password-stdin", "--no-verify", "--insecure", "h2",
      input: "x")
    let list = try world.run("registry", "list", "--long")
    #expect(
      list.output == """

        URI            SECURE?  USER  STORE   EXPIRES               VERIFIED
        oras://h:5000  ✓        bob   sealed  2030-01-01T00:00:00Z  -
        docker://h2    ✗!       eve   sealed  -                     -

        """)
  }

  @Test
  func `the long list names what else lies unencrypted in remote.yaml, and what is odd there`()
    throws
  {
    try makeFolder(world.path(".apptainer"))
    try writeFile(
      world.path(".apptainer/remote.yaml"),
      """
      Active: cloud
      Remotes:
        cloud:
          URI: cloud.example.com
          Token: hidden-token
          System: false
          Exclusive: false
      Credentials:
      - URI: docker://h
        Auth: Basic YWxpY2U6cHc=
        Insecure: false
      - URI: https://keys.example.com
        Auth: Bearer hidden-key
        Insecure: false
      Other: 1

      """)
    let list = try world.run("registry", "list", "--long")
    #expect(list.status == 0)
    #expect(list.output.contains("docker://h  ✓        alice  remote-yaml"))
    for words in [
      "holds 3 logins in the clear (cloud, docker://h and https://keys.example.com)", "Other",
    ] {
      #expect(list.errors.contains(words), "\(list.errors)")
    }
    #expect(!list.errors.contains("hidden"))
    #expect(try world.run("get", "h/app").output == "pw\n")
    #expect(try world.run("registry", "logout", "h").status == 0)
    #expect(try world.run("get", "h/app").status == 1)
  }

  @Test func `the list as JSON has the documented shape`() throws {
    try world.makeVault()
    _ = try world.logIn("docker://h/org", as: "b\"ob")
    let list = try world.run("registry", "list", "--format", "json")
    #expect(
      list.output == """
        [
          {
            "secure" : true,
            "store" : "sealed",
            "uri" : "docker://h/org",
            "username" : "b\\"ob"
          }
        ]

        """)
  }

  @Test func `an empty list has its header, or is an empty array`() throws {
    let list = try world.run("registry", "list")
    #expect(list.output == "\nURI  SECURE?\n")
    #expect(list.status == 0)
    #expect(try world.run("registry", "list", "--format", "json").output == "[]\n")
  }

  @Test func `a login says where it is stored, and get gives it back to the byte`() throws {
    try world.makeVault()
    let login = try world.logIn("docker://h", as: "me", with: " p w\t\n\n")
    #expect(login.status == 0)
    #expect(login.output == "")
    #expect(login.errors.hasPrefix("INFO:    Token stored in \(world.vaultFile)\n"))
    #expect(try world.run("get", "h").output == " p w\t\n\n")
    #expect(try world.run("get", "--field", "username", "h").output == "me\n")
  }

  @Test func `get as JSON holds any text`() throws {
    try world.makeVault()
    _ = try world.logIn("h", as: "<token>", with: "a\"b\\c\u{1}é\nd")
    #expect(
      try world.run("get", "--format", "json", "h").output
        == "{\"secret\":\"a\\\"b\\\\c\\u0001é\\nd\",\"username\":\"<token>\"}\n")
  }

  @Test func `logout forgets one login and leaves the others`() throws {
    try world.makeVault()
    _ = try world.logIn("h1")
    _ = try world.logIn("h2")
    let logout = try world.run("registry", "logout", "docker://h1")
    #expect(logout.status == 0)
    #expect(try world.run("get", "h1").status == 1)
    #expect(try world.run("get", "h2").status == 0)
    let again = try world.run("registry", "logout", "docker://h1")
    #expect(again.status == 0)
    #expect(again.errors == "WARNING: There is no login to docker://h1\n")
  }

  @Test func `logout of Docker Hub works under all its names`() throws {
    try world.makeVault()
    _ = try world.logIn("docker://docker.io")
    _ = try world.run("registry", "logout", "https://index.docker.io/v1/")
    #expect(try world.run("registry", "list").output == "\nURI  SECURE?\n")
  }

  @Test func `logout of all forgets all`() throws {
    try world.makeVault()
    _ = try world.logIn("h1")
    _ = try world.logIn("h2/org")
    #expect(try world.run("registry", "logout", "--all").status == 0)
    #expect(try world.run("registry", "list").output == "\nURI  SECURE?\n")
  }

  @Test func `a password by option or variable works and is warned of`() throws {
    try world.makeVault()
    let option = try world.run("registry", "login", "-u", "u", "-p", "s1", "--no-verify", "h1")
    #expect(option.errors.contains("WARNING: A password on the command line"))
    #expect(try world.run("get", "h1").output == "s1\n")
    world.variables["APPTAINER_LOGIN_USERNAME"] = "me"
    world.variables["SINGULARITY_LOGIN_PASSWORD"] = "s2"
    let variable = try world.run("registry", "login", "--no-verify", "h2")
    #expect(variable.errors.contains("WARNING: A password in the environment"))
    #expect(try world.run("get", "h2").output == "s2\n")
    #expect(!option.errors.contains("s1") && !variable.errors.contains("s2"))
  }

  @Test(arguments: [
    (["registry", "login", "docker://h"], "no user name"),
    (["registry", "login", "-u", "", "h"], "user name is empty"),
    (["registry", "login", "-u", "a\u{7}", "h"], "control character"),
    (["registry", "login", "-u", "a:b", "h"], "RFC 7617"),
    (["registry", "login", "-u", "a\u{fffd}", "h"], "not UTF-8"),
    (["registry", "login", "-u", "u", "ftp://h"], "not a scheme"),
    (["registry", "login", "-u", "u", "http://h"], "--insecure"),
    (["registry", "login", "-u", "u", "-p", "x", "--password-stdin", "h"], "exclude each other"),
    (["registry", "login", "-u", "u", "--password-stdin", "--passphrase-fd", "0", "h"], "both"),
    (["registry", "login", "-u", "u", "--client-cert", "c", "h"], "go together"),
    (["registry", "login", "-u", "u", "--timeout", "0", "h"], "1 to 3600"),
    (["registry", "login", "-u", "u", "--store", "nowhere", "h"], "nowhere"),
    (["registry", "logout"], "--all"),
    (["registry", "logout", "--all", "h"], "--all"),
    (["registry", "list", "--key-file", "a", "--passphrase-file", "b"], "only one"),
    (["get"], "uri"), (["get", "h", "--field", "x"], "field"), (["list"], "list"),
    (["registry", "list", "-q", "-v"], "exclude each other"),
  ])
  func `a wrong command line ends with 64 and says what is wrong`(
    _ c: (arguments: [String], words: String)
  ) throws {
    try world.makeVault()
    let before = try readFile(world.vaultFile)
    let result = try world.run(c.arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(c.words), "\(result.errors)")
    #expect(result.output == "")
    #expect(try readFile(world.vaultFile) == before)
  }

  @Test func `a password in a wrong command line is not repeated`() throws {
    for arguments in [
      ["registry", "login", "-u", "u", "--password-stdin=hunter2", "h"],
      ["registry", "login", "-phunter2", "--nonsense", "-phunter2", "h"],
      ["registry", "logout", "-pzunter2", "x"],
    ] {
      let result = try world.run(arguments)
      #expect(result.status == 64)
      #expect(!result.errors.contains("unter2"), "\(result.errors)")
      #expect(result.errors.hasPrefix("FATAL:   "))
    }
    try world.makeVault()
    #expect(
      try world.run("registry", "login", "-ume", "-phunter2", "--no-verify", "h").status == 0)
    #expect(try world.run("get", "h").output == "hunter2\n")
  }

  @Test
  func `a fault in remote.yaml does not hide the sealed logins, nor keep one from being forgotten`()
    throws
  {
    try world.makeVault()
    _ = try world.logIn("h")
    try makeFolder(world.path(".apptainer"))
    try writeFile(world.path(".apptainer/remote.yaml"), "Active: [\n")
    let list = try world.run("registry", "list")
    #expect(list.status == 65)
    #expect(list.output.contains("docker://h  ✓"))
    #expect(list.errors.contains("remote.yaml"))
    let logout = try world.run("registry", "logout", "h")
    #expect(logout.status == 0, "\(logout.errors)")
    #expect(logout.errors.contains("remote.yaml"), "\(logout.errors)")
    #expect(try !world.run("registry", "list").output.contains("docker://h"))
    // Whether the file has another login is not known.
    #expect(try world.run("registry", "logout", "h").status == 65)
    #expect(try world.run("registry", "logout", "--store", "remote-yaml", "h").status == 65)
    #expect(try world.run("registry", "logout", "--store", "sealed", "h").status == 0)
  }

  @Test func `a logout names the registry before an endpoint of the same name`() throws {
    try world.makeVault()
    _ = try world.logIn("cloud")
    try put(.endpoint("cloud"), "cloud")
    #expect(try world.run("registry", "logout", "cloud").status == 0)
    let rows = try world.run("registry", "list", "--long").output
    #expect(!rows.contains("docker://cloud") && rows.contains("\ncloud "), "\(rows)")
    #expect(try world.run("registry", "logout", "cloud").status == 0)
    #expect(try !world.run("registry", "list", "--long").output.contains("cloud"))
  }

  @Test(arguments: ["docker.io", "docker://index.docker.io"])
  func `a logout of Docker Hub forgets the tokens of a web login too`(_ name: String) throws {
    try world.makeVault()
    _ = try world.logIn("docker.io")
    _ = try world.logIn("h")
    for kind in ["access", "refresh"] {
      let key = "https://index.docker.io/v1/\(kind)-token"
      try put(.helperKey(key), key)
    }
    #expect(try world.run("registry", "logout", name).status == 0)
    #expect(try world.run("registry", "list").output == "\nURI         SECURE?\ndocker://h  ✓\n")
  }

  @Test func `a login in one plaintext store does not hide the same in the other`() throws {
    for store in ["apptainer", "remote-yaml"] {
      let made = try world.run(
        "registry", "login", "--store", store, "-u", store, "--password-stdin", "--no-verify", "h",
        input: "correct horse")
      #expect(made.status == 0, "\(made.errors)")
    }
    let rows = try world.run("registry", "list", "--long").output
    #expect(rows.contains("apptainer") && rows.contains("remote-yaml"), "\(rows)")
    #expect(try world.run("registry", "logout", "h").status == 0)
    #expect(try leftovers(of: ["correct horse"], below: world.path("")) == [])
    #expect(try !world.run("registry", "list").errors.contains("in the clear"))
  }

  @Test func `Apptainer's login is the one under its own key, not another spelling`() throws {
    try makeFolder(world.path(".docker"))
    let docker = #"{"auths":{"https://h":{"auth":"ZXZlOm90aGVy"}}}"#
    try writeFile(world.path(".docker/config.json"), docker)
    let made = try world.run(
      "registry", "login", "--store", "apptainer", "-u", "me", "--password-stdin", "--no-verify",
      "h",
      input: "own")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try world.run("get", "h").output == "own\n")
    #expect(try world.run("registry", "logout", "h").status == 0)
    #expect(try readFile(world.path(".docker/config.json")) == Array(docker.utf8))
  }

  private func put(_ key: CredentialRecord.Key, _ spelling: String) throws {
    let access = try VaultAccess(
      option: .keyFile(world.path("keys/vault.key")),
      environment: Environment(["HOME": world.path("")], workingFolder: "/"))
    guard let sealed = try access.read(),
      let store = try access.openWithoutAsking(sealed, warn: { _ in })
    else { throw TestFailure("the vault did not open") }
    try store.put(
      Credential(
        record: CredentialRecord(
          key: key, spellings: [spelling], isSecure: true, username: "u", created: 1),
        secret: try SecretBytes(capacity: 3) { (out) throws(VaultError) in try out.append("abc") }))
  }

  @Test func `keys that a client of docker's protocol stored can be got and removed as listed`()
    throws
  {
    try world.makeVault()
    for key in ["an opaque key!", "https://index.docker.io/v1/access-token"] {
      try put(.helperKey(key), key)
    }
    #expect(try world.run("get", "https://index.docker.io/v1/access-token").output == "abc\n")
    #expect(try world.run("registry", "logout", "an opaque key!").status == 0)
    #expect(try world.run("get", "an opaque key!").status == 64)
    #expect(try world.run("registry", "logout", "--all").status == 0)
    #expect(try world.run("registry", "list").output == "\nURI  SECURE?\n")
  }

  @Test func `names from outside are shown with control characters written out`() throws {
    let result = try world.run("registry", "list", "--vault", "a\u{1b}[31mb")
    #expect(!result.errors.contains("\u{1b}"))
    #expect(result.errors.contains("\\u{1b}[31mb"))
  }

  @Test func `an empty password is refused`() throws {
    try world.makeVault()
    let login = try world.logIn("h", with: "\n")
    #expect(login.status == 64)
    #expect(login.errors.contains("password is empty"))
  }

  @Test func `quiet leaves only what is wrong`() throws {
    try world.makeVault()
    let login = try world.run(
      "registry", "login", "-q", "-u", "u", "--password-stdin", "--no-verify", "h", input: "s")
    #expect(login.errors == "")
    #expect(login.status == 0)
  }

  @Test func `every command has an abstract and its help an example`() {
    func walk(_ command: any ParsableCommand.Type) {
      #expect(!command.configuration.abstract.isEmpty, "\(command)")
      #expect(command.configuration.discussion.contains("Example:"), "\(command)")
      for subcommand in command.configuration.subcommands { walk(subcommand) }
    }
    walk(VaultCommand.self)
  }

  @Test func `help and version go to standard output with status 0`() throws {
    for arguments in [["--help"], ["registry", "login", "--help"], ["help", "get"]] {
      let help = try world.run(arguments)
      #expect(help.status == 0)
      #expect(help.output.contains("USAGE: vault"))
      #expect(help.errors == "")
    }
    #expect(try world.run("--version").output == "vault (registry credentials) \(programVersion)\n")
  }

  @Test(arguments: ["kv", "read", "write", "token", "operator", "path-help"])
  func `a command of HashiCorp's program is answered in one line that says which program this is`(
    _ command: String
  ) throws {
    let answer = try world.run(command, "secret/x")
    #expect(answer.status == 64)
    #expect(answer.errors.contains("this is vault (registry credentials)"))
    #expect(answer.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test func `every failure has an exit status of its own`() {
    let codes: [VaultError.Code] = [
      .notFound, .invalidInput, .damaged, .unreachable, .internalFault, .cannotCreate,
      .inputOutput, .unavailable, .rolledBack, .refused, .configuration, .interrupted(signal: 2),
    ]
    let statuses = codes.map { ExitStatus($0).rawValue }
    #expect(statuses == [1, 64, 65, 69, 70, 73, 74, 75, 76, 77, 78, 77])
  }
}
