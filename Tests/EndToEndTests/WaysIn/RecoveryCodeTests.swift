import Testing
import VaultTestSupport

/// A recovery code, from the terminal to paper and back.
struct RecoveryTests {
  private let uri = "docker://registry.example.com"
  private let home: VaultHome

  init() throws {
    home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
  }

  /// The groups that are on a screen.
  private func groups(on terminal: PseudoTerminal) -> [String] {
    terminal.screen.split(separator: "\r\n").flatMap { line -> [String] in
      let words = line.split(separator: " ").map(String.init)
      return words.count == 7 && words[0].contains("-") ? Array(words.dropFirst()) : []
    }
  }

  /// Waits for the question for a group, and returns the group's number.
  private func askedGroup(_ terminal: PseudoTerminal) throws -> Int {
    try terminal.expect(" of the code: ")
    let before = terminal.screen.split(
      separator: " of the code: ", omittingEmptySubsequences: false)
    return try #require(before.dropLast().last?.split(separator: " ").last.flatMap { Int($0) })
  }

  /// Makes a code, and types the groups that are asked for.
  private func makeCode() throws -> [String] {
    let terminal = try home.terminal("slot", "add", "recovery")
    var asked: [Int] = []
    for _ in 0..<2 {
      let group = try askedGroup(terminal)
      asked.append(group)
      #expect(!terminal.echoes)
      try terminal.type(groups(on: terminal)[group - 1] + "\r")
    }
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(asked[0] != asked[1])
    #expect(groups(on: terminal).count == 18)
    return groups(on: terminal)
  }

  @Test func `the code opens a copy of the vault on another machine`() throws {
    let code = try makeCode()
    let other = try VaultHome()
    let made = try Command(["mkdir", "-p", "-m", "700", other.vaultFolder]).run()
    #expect(made.status == 0)
    try writeFile(other.vaultFile, try readFile(home.vaultFile))
    let terminal = try other.terminal("unlock", "--recovery", "--timeout", "60s")
    try terminal.expect("Recovery code of the vault \(other.vaultFile): ")
    #expect(!terminal.echoes)
    try terminal.type(code.joined(separator: "-").uppercased() + "\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try other.secret(of: uri) == "secret")
    #expect(try other.vault("lock").status == 0)
    // As a key file, for a program that knows no recovery code.
    try writeFile(other.path("key"), "vault-key-1:" + code.joined() + "\n")
    #expect(try other.vault("get", "--key-file", other.path("key"), uri).output == "secret\n")
  }

  @Test func `a wrong group makes no slot`() throws {
    let before = try home.vault("slot", "list").output
    let terminal = try home.terminal("slot", "add", "recovery")
    for _ in 0..<3 {
      let group = try askedGroup(terminal)
      let right = groups(on: terminal)[group - 1]
      try terminal.type((right.hasPrefix("0") ? "1" : "0") + right.dropFirst() + "\r")
    }
    #expect(try terminal.finish() == .exited(77), "\(terminal.screen)")
    #expect(terminal.screen.contains("so the code opens nothing"), "\(terminal.screen)")
    #expect(try home.vault("slot", "list").output == before)
  }

  @Test func `without a terminal no code is made or asked for`() throws {
    let before = try home.vault("slot", "list").output
    #expect(try home.vault("slot", "add", "recovery").status == 78)
    #expect(try home.vault("unlock", "--recovery").status == 78)
    #expect(try home.vault("slot", "list").output == before)
  }

  @Test func `the code is shown on the terminal and not on standard output or error`() throws {
    let terminal = try home.terminal(running: [
      "sh", "-c", "exec vault slot add recovery >\"$HOME/out\" 2>\"$HOME/err\"",
    ])
    for _ in 0..<2 {
      let group = try askedGroup(terminal)
      try terminal.type(groups(on: terminal)[group - 1] + "\r")
    }
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    for name in ["out", "err"] {
      let written = try text(at: home.path(name))
      #expect(groups(on: terminal).allSatisfy { !written.contains($0) }, "\(written)")
    }
    #expect(try text(at: home.path("out")) == "")
  }

  @Test func `one mistyped group is named, and typed again it opens the vault`() throws {
    var code = try makeCode()
    let right = code[6]
    code[6] = String(right.reversed()) == right ? "0123" : String(right.reversed())
    let terminal = try home.terminal("unlock", "--recovery", "--timeout", "60s")
    try terminal.expect("Recovery code of the vault \(home.vaultFile): ")
    try terminal.type(code.joined(separator: " ") + "\r")
    try terminal.expect("Group 7 is mistyped", within: 60)
    #expect(try askedGroup(terminal) == 7)
    try terminal.type(right + "\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try home.vault("lock").status == 0)
  }

  @Test func `several mistyped groups are said to be several, and nothing opens`() throws {
    var code = try makeCode()
    (code[1], code[3]) = ("0001", "1000")
    let terminal = try home.terminal("unlock", "--recovery")
    for _ in 0..<3 {
      try terminal.expect("Recovery code of the vault \(home.vaultFile): ", within: 60)
      try terminal.type(code.joined(separator: " ") + "\r")
      try terminal.expect("More than one group", within: 60)
    }
    #expect(try terminal.finish() == .exited(77), "\(terminal.screen)")
  }

  @Test func `init offers a code, and a code that is not confirmed costs no vault`() throws {
    let home = try VaultHome()
    let terminal = try home.terminal("init")
    try terminal.expect("New passphrase")
    try terminal.type("correct horse battery\r")
    try terminal.expect("Repeat the passphrase: ")
    try terminal.type("correct horse battery\r")
    try terminal.expect("Make a recovery code to write on paper? [y/N] ")
    try terminal.type("y\r")
    for _ in 0..<2 {
      let group = try askedGroup(terminal)
      try terminal.type(groups(on: terminal)[group - 1] + "\r")
    }
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    let list = try home.vault("slot", "list").output
    #expect(list.contains("passphrase") && list.contains("key-file"), "\(list)")
    #expect(try home.vault("lock").status == 0)
  }
}
