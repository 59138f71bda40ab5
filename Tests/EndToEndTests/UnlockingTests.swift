import Testing
import VaultTestSupport

/// The ways to open a vault when nobody is there to be asked.
struct UnlockingTests {
  private let uri = "docker://registry.example.com"

  @Test func `init makes a key file of mode 600 and remembers it`() throws {
    let home = try VaultHome.withVault()
    let mode = try Command(["stat", "-c", "%a", home.keyFile, home.vaultFile]).run()
    #expect(mode.output == "600\n600\n")
    #expect(try home.vault("status").status == 0)
  }

  @Test func `a passphrase file opens what it made, and another passphrase does not`() throws {
    let home = try VaultHome()
    try writeFile(home.path("right"), "correct horse\n")
    try writeFile(home.path("wrong"), "battery staple\n")
    #expect(try home.vault("init", "--passphrase-file", home.path("right")).status == 0)

    let locked = try home.vault("status")
    #expect(locked.status == 75, "\(locked.errors)")
    let unknown = try home.vault("get", uri)
    #expect(unknown.status == 75, "\(unknown.errors)")
    let wrong = try home.vault("get", "--passphrase-file", home.path("wrong"), uri)
    #expect(wrong.status == 77, "\(wrong.errors)")

    let login = try home.logIn(
      uri, as: "alice", with: "secret", "--no-verify", "--passphrase-file", home.path("right"))
    #expect(login.status == 0, "\(login.errors)")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("right")
    #expect(try home.secret(of: uri) == "secret")
    home.environment["VAULT_PASSPHRASE_FILE"] = nil
    let descriptor = Command(
      [
        "sh", "-c", "exec vault get --passphrase-fd 3 \"$1\" 3<\"$2\"", "sh", uri,
        home.path("right"),
      ],
      environment: home.environment)
    #expect(try descriptor.run().output == "secret\n")
  }

  @Test func `a first login with a passphrase file makes the vault and says so`() throws {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "correct horse\n")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.errors.contains(home.vaultFile))
    #expect(try home.secret(of: uri) == "secret")
  }

  @Test func `the vault and its key file can be named by option and by environment`() throws {
    let home = try VaultHome()
    let vault = home.path("elsewhere/work.sealed")
    let key = home.path("keys/work.key")
    #expect(try Command(["mkdir", "-p", "-m", "700", home.path("keys")]).run().status == 0)
    let made = try home.vault("init", "--vault", vault, "--key-file", key)
    #expect(made.status == 0, "\(made.errors)")
    let login = try home.logIn(
      uri, as: "alice", with: "secret", "--no-verify", "--vault", vault, "--key-file", key)
    #expect(login.errors.contains("Token stored in \(vault)\n"), "\(login.errors)")
    #expect(files(below: home.vaultFolder) == [])

    home.environment["VAULT_FILE"] = vault
    home.environment["VAULT_KEY_FILE"] = key
    #expect(try home.secret(of: uri) == "secret")
    home.environment["XDG_CONFIG_HOME"] = home.path("no-settings")
    #expect(try home.secret(of: uri) == "secret")
    home.environment["VAULT_KEY_FILE"] = nil
    let locked = try home.vault("get", uri)
    #expect(locked.status == 75, "\(locked.errors)")
  }

  @Test func `the variables of the other vault are left alone`() throws {
    let home = try VaultHome.withVault()
    home.environment["VAULT_TOKEN"] = "hvs.other"
    home.environment["VAULT_ADDR"] = "https://127.0.0.1:1"
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(try home.secret(of: uri) == "secret")
  }

  private static let hasKeyring: Bool =
    (try? Command(["keyctl", "show", "@u"]).run().status) == 0

  @Test(.terminal, .enabled(if: hasKeyring, "this kernel keeps no keys for us"))
  func `an unlocked vault asks nobody until it is locked`() throws {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "correct horse")
    #expect(try home.vault("init", "--passphrase-file", home.path("passphrase")).status == 0)
    #expect(try home.vault("status").status == 75)

    let terminal = try home.terminal("unlock", "--timeout", "60s")
    try terminal.expect("Passphrase of the vault \(home.vaultFile): ")
    try terminal.type("correct horse\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try home.vault("status").status == 0)
    #expect(try home.logIn(uri, as: "alice", with: "secret", "--no-verify").status == 0)
    #expect(try home.secret(of: uri) == "secret")

    #expect(try home.vault("lock").status == 0)
    #expect(try home.vault("status").status == 75)
    #expect(try home.vault("get", uri).status == 75)
  }
}
