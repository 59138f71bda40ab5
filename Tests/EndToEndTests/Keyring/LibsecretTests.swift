import Testing
import VaultTestSupport

/// libsecret is there when it is asked for, and only then.
struct LibsecretTests {
  /// A home in whose environment libsecret cannot be loaded: what has its name is no library.
  private func homeWithoutLibsecret(_ session: DesktopSession) throws -> VaultHome {
    let home = session.home
    try writeFile(home.path("libsecret-1.so.0"), "")
    home.environment["LD_LIBRARY_PATH"] = home.path("")
    return home
  }

  @Test(.scriptedKeyring)
  func `without libsecret one line names the package, and all else goes on`() throws {
    let session = try DesktopSession.withMock("normal")
    let home = try homeWithoutLibsecret(session)
    let line = "libsecret-1.so.0 is not here: install the package libsecret-1-0"
    let put = try home.logIn(
      "registry.example.com", as: "u", with: "p", "--no-verify", "--store", "secret-service")
    #expect(put.status == 69)
    #expect(put.errors == "FATAL:   \(line)\n")
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(helper.status == 1)
    #expect(helper.output == "credentials not found in native keychain\n")
    #expect(try session.mockCalls() == ["ready"])

    try writeFile(home.path("passphrase"), "a passphrase\n")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    #expect(try home.vault("init").status == 0)
    let login = try home.logIn("registry.example.com", as: "u", with: "p", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(try home.secret(of: "registry.example.com") == "p")

    try home.set("store = secret-service\n")
    let status = try home.vault("status")
    #expect(status.output.contains(line), "\(status.output)")
    let get = try home.vault("get", "other.example.com")
    #expect(get.status == 69)
    #expect(get.errors.contains(line), "\(get.errors)")
  }

  @Test(.tracing)
  func `a look-up in the sealed file loads no library of the keyring's`() throws {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "a passphrase\n")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    #expect(try home.vault("init").status == 0)
    #expect(
      try home.logIn("registry.example.com", as: "u", with: "p", "--no-verify").status == 0)
    for words in [
      [try PackageFolder.program("docker-credential-vault"), "get"],
      [try PackageFolder.program("vault"), "get", "registry.example.com"],
    ] {
      var command = Command(
        ["strace", "-f", "-e", "trace=openat", "-o", home.path("trace")] + words,
        environment: home.environment)
      command.input = Array("registry.example.com".utf8)
      #expect(try command.run().status == 0)
      let trace = String(decoding: try readFile(home.path("trace")), as: UTF8.self)
      #expect(trace.contains("libc.so"))
      #expect(!trace.contains("libsecret") && !trace.contains("libglib"), "\(trace)")
    }
  }

  @Test(.tracing)
  func `no action of the credential helper reads the settings twice, or loads a keyring's library`()
    throws
  {
    let home = try VaultHome.withVault()
    try home.set("unlock.timeout = 1h\n")
    home.environment["VAULT_KEY_FILE"] = home.keyFile
    let login = "{\"ServerURL\":\"r.example.com\",\"Username\":\"u\",\"Secret\":\"p\"}"
    for (action, input, status) in [
      ("store", login, Int32(0)), ("get", "r.example.com", 0), ("get", "missing.example.com", 1),
      ("list", "", 0), ("erase", "r.example.com", 0),
    ] {
      var command = Command(
        [
          "strace", "-f", "-e", "trace=openat", "-o", home.path("trace"),
          try PackageFolder.program("docker-credential-vault"), action,
        ], environment: home.environment)
      command.input = Array(input.utf8)
      let outcome = try command.run()
      #expect(outcome.status == status, "\(action) \(outcome.output)\(outcome.errors)")
      let trace = String(decoding: try readFile(home.path("trace")), as: UTF8.self)
      let reads = trace.split(separator: "\n").filter { $0.contains(", \"config\", ") }
      #expect(reads.count == 1, "\(action): \(trace)")
      #expect(!trace.contains("libsecret") && !trace.contains("libglib"), "\(action): \(trace)")
    }
  }

  private static let hasHeaders =
    (try? Command(["pkg-config", "--exists", "libsecret-1"]).run().status) == 0

  private static let prototypes = PackageFolder.path + "/Sources/CSecretService"

  /// Compiles the prototypes in a folder beside the installed headers.
  private func check(_ folder: String) throws -> Outcome {
    try Command(
      [
        "sh", "-c",
        "exec clang -fsyntax-only -Wall -Wextra -Werror $(pkg-config --cflags libsecret-1) -I \"$1\" "
          + "\"$2\"", "sh", folder,
        PackageFolder.path + "/Tests/EndToEndTests/Scripts/check-libsecret.c",
      ], environment: Command.testEnvironment
    ).run()
  }

  @Test(.enabled(if: hasHeaders, "libsecret-1-dev is missing"))
  func `our prototypes of libsecret are those of the installed headers`() throws {
    let outcome = try check(Self.prototypes)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    .enabled(if: hasHeaders, "libsecret-1-dev is missing"),
    arguments: [
      ("unsigned long *length);", "unsigned *length);"),
      ("vault_IO_ERROR_CLOSED = 18", "vault_IO_ERROR_CLOSED = 19"),
      ("uint32_t domain;", "uint64_t domain;"),
    ])
  func `a prototype, number or structure that differs is found`(
    _ ours: String, _ other: String
  ) throws {
    let text = String(decoding: try readFile(Self.prototypes + "/libsecret.h"), as: UTF8.self)
    #expect(text.contains(ours))
    let folder = try TemporaryFolder()
    try writeFile(folder.path("libsecret.h"), text.replacing(ours, with: other))
    #expect(try check(folder.path).status != 0)
  }
}
