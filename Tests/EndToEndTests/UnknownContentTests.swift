import Testing
import VaultTestSupport

/// What only a later version of the format knows comes through every command that writes.
///
/// The second reader makes the vault and looks at it, so it shares no code with what is tested.
struct UnknownContentTests {
  private let home: VaultHome

  init() throws {
    home = try VaultHome()
    home.environment["VAULT_FILE"] = home.path("later.sealed")
    home.environment["VAULT_KEY_FILE"] = home.path("later.key")
    _ = try script("make")
    try writeFile(home.path("p"), "correct horse")
    try writeFile(home.path("q"), "battery staple")
    try writeFile(home.path("auth.json"), #"{"auths":{"m.example":{"auth":"YWxpY2U6cHc="}}}"#)
  }

  private func script(_ action: String, key: String = "later.key") throws -> String {
    let outcome = try Command([
      "/usr/bin/python3", PackageFolder.path + "/Tests/EndToEndTests/Scripts/unknown-content.py",
      PackageFolder.path + "/Tests/SecondReader", action, home.path("later.sealed"),
      home.path(key),
    ]).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func run(_ words: String..., input: String = "") throws {
    let outcome = try home.command(words.map(home.filled), input: input).run()
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
  }

  @Test func `logins, slots, passphrases and migrations keep what is unknown to the byte`() throws {
    let before = try script("show")
    #expect(before.contains("a secret of later") && before.contains("4d000300"), "\(before)")
    let changes: [[String]] = [
      ["registry", "login", "--no-verify", "-u", "u", "--password-stdin", "zzz.example.com"],
      ["registry", "logout", "zzz.example.com"],
      ["slot", "add", "key-file", "~/second.key"],
      ["slot", "add", "passphrase", "~/p"],
      ["passphrase", "--passphrase-file", "~/p", "--new-passphrase-file", "~/q"],
      ["migrate", "--yes", "--no-helper", "~/auth.json"],
      ["migrate", "--undo", "--yes"],
      ["migrate", "--yes", "--no-helper", "~/auth.json"],
      ["migrate", "--forget", "1"],
    ]
    for words in changes {
      let generation = try readFile(home.path("later.sealed"))[36]
      let outcome = try home.command(words.map(home.filled), input: "pw").run()
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(try readFile(home.path("later.sealed"))[36] > generation, "\(words) wrote nothing")
      #expect(try script("show") == before, "\(words)")
    }
    let slot = try #require(
      try home.vault("slot", "list").output.split(separator: "\n").last { $0.contains("key-file") })
    try run("slot", "remove", String(slot.prefix(16)))
    #expect(try script("show") == before)
  }

  @Test func `a new vault key keeps all that is unknown but the slots`() throws {
    let before = try script("show").split(separator: "\n").filter { !$0.hasPrefix("slots") }
    try run("rekey", "--keep-key-file", "~/later.key", "--drop-others")
    let after = try script("show").split(separator: "\n")
    #expect(after.filter { !$0.hasPrefix("slots") } == before)
    #expect(after.contains("slots []"))
  }

  @Test
  func `a new secret keeps what is unknown of the login, and drops what is of the old secret`()
    throws
  {
    #expect(try script("show").contains("b'pw' {7: b'\\x01', 16391: b'\\x02'}"))
    try run(
      "registry", "login", "--no-verify", "-u", "u", "--password-stdin", "registry.example.com",
      input: "new")
    #expect(try script("show").contains("b'new' {7: b'\\x01'}"))
  }

  @Test(arguments: [
    ["get", "critical.example.com"], ["registry", "logout", "critical.example.com"],
    [
      "registry", "login", "--no-verify", "-u", "u", "--password-stdin", "critical.example.com",
    ],
  ])
  func `a login that only a later version may use is refused, and not said to be missing`(
    words: [String]
  ) throws {
    let before = try script("show")
    let outcome = try home.command(words, input: "new").run()
    #expect(outcome.status == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains("use a newer one"), "\(outcome.errors)")
    #expect(outcome.errors.contains(home.path("later.sealed")), "\(outcome.errors)")
    #expect(!outcome.errors.contains("no login"), "\(outcome.errors)")
    #expect(try script("show") == before)
  }
}
