import Testing
import VaultTestSupport

/// Wrong arguments, and calls to which nobody can answer a question.
struct UsageTests {
  private let uri = "docker://registry.example.com"

  @Test(
    arguments: [
      ["no-such-command"],
      ["registry", "login"],
      ["registry", "login", "--no-such-option", "docker://registry.example.com"],
      ["registry", "login", "-u", "a", "--password-stdin", "docker://a:b@registry.example.com"],
      ["registry", "login", "-u", "a", "--password-stdin", "docker://registry.example.com:99999"],
      ["registry", "login", "-u", "a", "--password-stdin", "docker://"],
      ["registry", "login", "-u", "a", "--password-stdin", "ftp://registry.example.com"],
      ["registry", "login", "-u", "a", "--password-stdin", "docker://r\u{1b}.example.com"],
      ["registry", "login", "-u", "a", "--password-stdin", "docker://bücher.example.com"],
      ["registry", "login", "-u", "a", "-p", "x", "--password-stdin", "docker://r.example.com"],
      ["get"],
      ["get", "--field", "colour", "docker://registry.example.com"],
      ["registry", "list", "--format", "yaml"],
    ])
  func `wrong arguments are status 64 and change nothing`(arguments: [String]) throws {
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    let outcome = try home.command(arguments, input: "secret").run()
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors != "")
    #expect(outcome.output == "")
    #expect(!outcome.errors.contains("\u{1b}"))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test(arguments: ["", "\n"])
  func `an empty password is refused`(input: String) throws {
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    let outcome = try home.command(
      ["registry", "login", "--no-verify", "-u", "alice", "--password-stdin", uri], input: input
    ).run()
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test func `one line end is dropped from a password, and no more`() throws {
    let home = try VaultHome.withVault()
    for (input, secret) in [("a b", "a b"), (" a\n", " a"), ("a\r\n", "a"), ("a\n\n", "a\n")] {
      let outcome = try home.command(
        ["registry", "login", "--no-verify", "-u", "alice", "--password-stdin", uri], input: input
      ).run()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try home.secret(of: uri) == secret)
    }
  }

  @Test func `a password on the command line works, with a warning that does not repeat it`() throws
  {
    let home = try VaultHome.withVault()
    let login = try home.vault(
      "registry", "login", "--no-verify", "-u", "alice", "-p", "v1sible", uri)
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.errors.contains("WARNING: "))
    #expect(!login.errors.contains("v1sible"))
    #expect(try home.secret(of: uri) == "v1sible")
  }

  @Test(arguments: ["APPTAINER", "SINGULARITY"])
  func `the variables of Apptainer are read, with a warning`(program: String) throws {
    let home = try VaultHome.withVault()
    home.environment[program + "_LOGIN_USERNAME"] = "alice"
    home.environment[program + "_LOGIN_PASSWORD"] = "from outside"
    let login = try home.vault("registry", "login", "--no-verify", uri)
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.errors.contains("WARNING: A password in the environment"), "\(login.errors)")
    #expect(!login.errors.contains("from outside"))
    #expect(try home.secret(of: uri) == "from outside")
    #expect(try home.vault("get", "--field", "username", uri).output == "alice\n")
  }

  @Test func `a result that cannot be written is a failure`() throws {
    let home = try VaultHome.withVault()
    #expect(try home.logIn(uri, as: "alice", with: "secret", "--no-verify").status == 0)
    for command in ["registry list", "registry list --format json", "status", "get \(uri)"] {
      let outcome = try Command(
        ["sh", "-c", "exec vault \(command) >/dev/full"], environment: home.environment
      ).run()
      #expect(outcome.status == 74, "\(command): \(outcome.errors)")
    }
  }

  @Test func `a quiet login says nothing`() throws {
    let home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify", "--quiet")
    #expect(login.status == 0)
    #expect(login.errors == "")
    #expect(login.output == "")
  }

  @Test func `a credential as JSON has user name and secret`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn(uri, as: "a\"b", with: "c\\d\u{7}é", "--no-verify")
    var query = Command(["jq", "-j", ".username, \"|\", .secret"])
    query.input = try home.vault("get", "--format", "json", uri).outputBytes
    #expect(try query.run().output == "a\"b|c\\d\u{7}é")
  }

  @Test func `a first login without terminal and key is status 78 and says what to do`() throws {
    let home = try VaultHome()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 78, "\(login.errors)")
    #expect(login.errors.contains("--key-file"))
    #expect(files(below: home.path) == [])
  }

  @Test func `an init without terminal and key is status 78 and makes nothing`() throws {
    let home = try VaultHome()
    let outcome = try home.vault("init")
    #expect(outcome.status == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains("--key-file"))
    #expect(files(below: home.path) == [])
  }

  @Test func `a second init is refused and the vault stays as it was`() throws {
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    #expect(try home.vault("init", "--key-file", home.path("second.key")).status != 0)
    #expect(try readFile(home.vaultFile) == before)
    #expect(try home.vault("status").status == 0)
  }

  @Test func `without a vault there is no credential`() throws {
    let home = try VaultHome()
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.output == "")
    #expect(files(below: home.path) == [])
  }

  @Test(arguments: [["--help"], ["registry", "login", "--help"], ["get", "--help"]])
  func `help is a result and shows an example`(arguments: [String]) throws {
    let outcome = try VaultHome().command(arguments).run()
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("vault "))
    #expect(outcome.output.contains("docker://"), "\(outcome.output)")
  }
}
