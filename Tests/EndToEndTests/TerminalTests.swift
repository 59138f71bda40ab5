import Testing
import VaultTestSupport

/// What a person meets at a terminal.
struct TerminalTests {
  private let uri = "docker://registry.example.com"
  private let passwordPrompt = "Password / Token: "

  @Test(.terminal) func `the password is asked for and not shown`() throws {
    let home = try VaultHome.withVault()
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    try terminal.expect(passwordPrompt)
    #expect(!terminal.echoes)
    try terminal.type("h1dden w0rd\r")
    try terminal.expect("Token stored in \(home.vaultFile)")
    #expect(try terminal.finish() == .exited(0))
    #expect(terminal.echoes)
    #expect(!terminal.screen.contains("h1dden"))
    #expect(try home.secret(of: uri) == "h1dden w0rd")
  }

  @Test(.terminal) func `the user name is asked for and shown`() throws {
    let home = try VaultHome.withVault()
    let terminal = try home.terminal("registry", "login", "--no-verify", uri)
    try terminal.expect("Username: ")
    #expect(terminal.echoes)
    try terminal.type("alice\r")
    try terminal.expect(passwordPrompt)
    try terminal.type("secret\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(terminal.screen.contains("Username: alice"))
    #expect(try home.vault("get", "--field", "username", uri).output == "alice\n")
  }

  @Test(.terminal) func `the password is asked for on the terminal though output goes elsewhere`()
    throws
  {
    let home = try VaultHome.withVault()
    let terminal = try home.terminal(running: [
      "sh", "-c", "exec vault registry login -u alice --no-verify \"$1\" >\"$HOME/out\" 2>&1",
      "sh", uri,
    ])
    try terminal.expect(passwordPrompt)
    try terminal.type("secret\r")
    #expect(try terminal.finish() == .exited(0))
    let output = String(decoding: try readFile(home.path("out")), as: UTF8.self)
    #expect(output.contains("Token stored"))
    #expect(!output.contains("Password"))
  }

  @Test(.terminal) func `a new passphrase is asked for twice`() throws {
    let home = try VaultHome()
    let terminal = try home.terminal("init")
    try terminal.expect("New passphrase for the vault \(home.vaultFile): ")
    #expect(!terminal.echoes)
    try terminal.type("correct horse\r")
    try terminal.expect("Repeat the passphrase: ")
    #expect(!terminal.echoes)
    try terminal.type("correct horse\r")
    try terminal.expect("Make a recovery code to write on paper? [y/N] ")
    try terminal.type("n\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(terminal.echoes)
    #expect(!terminal.screen.contains("correct horse"))

    try writeFile(home.path("passphrase"), "correct horse")
    #expect(
      try home.vault("status", "--passphrase-file", home.path("passphrase")).status == 0)
  }

  @Test(.terminal) func `a password that the terminal cut off is refused, not stored`() throws {
    let home = try VaultHome.withVault()
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    try terminal.expect(passwordPrompt)
    try terminal.type(String(repeating: "x", count: 5000) + "\r")
    #expect(try terminal.finish() == .exited(64), "\(terminal.screen)")
    #expect(terminal.screen.contains("4095 bytes"))
    #expect(try home.vault("get", uri).status == 1)
  }

  @Test(.terminal) func `three wrong passphrases end the command, and an empty one is refused`()
    throws
  {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "correct horse")
    #expect(try home.vault("init", "--passphrase-file", home.path("passphrase")).status == 0)
    let before = try readFile(home.vaultFile)
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    for attempt in 1...3 {
      try terminal.expect("Passphrase of the vault \(home.vaultFile): ")
      #expect(!terminal.echoes)
      try terminal.type("wrong horse \(attempt)\r")
      try terminal.expect("That is not the passphrase of \(home.vaultFile)")
    }
    #expect(try terminal.finish() == .exited(77), "\(terminal.screen)")
    #expect(terminal.screen.contains("3 wrong passphrases"))
    #expect(!terminal.screen.contains("Password / Token"))
    #expect(terminal.echoes)
    #expect(try readFile(home.vaultFile) == before)

    let empty = try home.terminal("registry", "list")
    try empty.expect("Passphrase of the vault")
    try empty.type("\r")
    #expect(try empty.finish() == .exited(64), "\(empty.screen)")
    #expect(empty.screen.contains("the passphrase is empty"))
  }

  @Test(.terminal) func `a first login asks for a new passphrase, then for the password`() throws {
    let home = try VaultHome()
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    try terminal.expect("New passphrase for the vault \(home.vaultFile): ")
    try terminal.type("correct horse\r")
    try terminal.expect("Repeat the passphrase: ")
    try terminal.type("correct horse\r")
    try terminal.expect(passwordPrompt)
    try terminal.type("secret\r")
    try terminal.expect("Token stored in \(home.vaultFile)")
    #expect(try terminal.finish() == .exited(0))

    // The kernel may keep the vault open for a while after a passphrase was typed.
    #expect(try home.vault("lock").status == 0)
    let reading = try home.terminal("get", "--show", uri)
    try reading.expect("Passphrase of the vault \(home.vaultFile): ")
    #expect(!reading.echoes)
    try reading.type("correct horse\r")
    try reading.expect("secret\r\n")
    #expect(try reading.finish() == .exited(0))
    #expect(reading.echoes)
  }

  @Test(.terminal) func `two different new passphrases make no vault`() throws {
    let home = try VaultHome()
    let terminal = try home.terminal("init")
    try terminal.expect("New passphrase for the vault \(home.vaultFile): ")
    try terminal.type("correct horse\r")
    try terminal.expect("Repeat the passphrase: ")
    try terminal.type("incorrect horse\r")
    #expect(try terminal.finish() != .exited(0))
    #expect(terminal.echoes)
    #expect(files(below: home.path) == [])
  }

  @Test(.terminal) func `a secret is shown on a terminal only when asked`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn(uri, as: "alice", with: "h1dden", "--no-verify")
    let hiding = try home.terminal("get", uri)
    #expect(try hiding.finish() != .exited(0))
    #expect(hiding.screen.contains("--show"))
    #expect(!hiding.screen.contains("h1dden"))
    let showing = try home.terminal("get", "--show", uri)
    try showing.expect("h1dden\r\n")
    #expect(try showing.finish() == .exited(0))
  }

  @Test(.terminal, arguments: [true, false])
  func `messages have colour on a terminal, and none under NO_COLOR`(wantsColour: Bool) throws {
    let home = try VaultHome.withVault()
    home.environment["NO_COLOR"] = wantsColour ? nil : "1"
    let terminal = try home.terminal("registry", "logout", uri)
    #expect(try terminal.finish() == .exited(0))
    #expect(terminal.screen.contains("\u{1b}[") == wantsColour, "\(terminal.screen)")
    #expect(terminal.screen.contains("WARNING: "))
  }

  /// How somebody ends a program at a prompt.
  enum End: CaseIterable {
    case controlC, controlBackslash, terminate, hangUp

    var number: Int32 {
      switch self {
      case .controlC: 2
      case .controlBackslash: 3
      case .terminate: 15
      case .hangUp: 1
      }
    }

    func end(_ terminal: PseudoTerminal) throws {
      switch self {
      case .controlC: try terminal.type("\u{3}")
      case .controlBackslash: try terminal.type("\u{1c}")
      case .terminate, .hangUp: try terminal.signal(number)
      }
    }
  }

  @Test(.terminal, arguments: End.allCases)
  func `a signal at a prompt ends the program, and the terminal shows again`(end: End) throws {
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    try terminal.expect(passwordPrompt)
    try terminal.type("half a pass")
    try end.end(terminal)
    #expect(try terminal.finish() == .killed(by: end.number))
    #expect(terminal.echoes)
    #expect(!terminal.screen.contains("half"))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test(.terminal, arguments: [End.controlC, .terminate])
  func `a signal at a new vault's prompt leaves no vault`(end: End) throws {
    let home = try VaultHome()
    let terminal = try home.terminal("init")
    try terminal.expect("New passphrase for the vault \(home.vaultFile): ")
    try end.end(terminal)
    #expect(try terminal.finish() == .killed(by: end.number))
    #expect(terminal.echoes)
    #expect(files(below: home.path) == [])
  }

  @Test(.terminal) func `the end of input at a prompt stores nothing`() throws {
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)
    let terminal = try home.terminal("registry", "login", "-u", "alice", "--no-verify", uri)
    try terminal.expect(passwordPrompt)
    try terminal.type("\u{4}")
    #expect(try terminal.finish() != .exited(0))
    #expect(terminal.echoes)
    #expect(try readFile(home.vaultFile) == before)
  }
}
