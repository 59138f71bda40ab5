import Testing
import VaultTestSupport

/// One of the commands that the sweep interrupts.
struct SweptChange: Sendable, CustomTestStringConvertible {
  static let oldSecret = "unm1stakable-0ld-p4ssw0rd"
  static let newSecret = "unm1stakable-n3w-p4ssw0rd"
  static let user = "unm1stakable-us3r"
  static let host = "unm1stakable-h0st.example.com"
  /// What lies in no file in the clear, in no spelling.
  static let secrets = [oldSecret, newSecret, user, host]

  let name: String
  let makeHome: @Sendable () throws -> VaultHome
  var command: @Sendable (VaultHome) throws -> Command
  /// What tells the old state from the new one.
  let probes: [[String]]
  /// What has to work afterwards.
  var recovery: [[String]] = [
    ["slot", "add", "key-file", "~/next.key"], ["status", "--key-file", "~/next.key"],
  ]
  /// A part of the first call that is interrupted: where `main` has just begun.
  var firstCall = "PR_SET_DUMPABLE"

  var testDescription: String { name }

  private static let uri = "docker://\(host)"

  init(
    _ name: String, makeHome: @escaping @Sendable () throws -> VaultHome = filledHome,
    _ words: [String], input: String = "", probes: [[String]]
  ) {
    self.name = name
    self.makeHome = makeHome
    self.probes = probes
    command = { try $0.command(words.map($0.filled), input: input) }
  }

  private static let reading = [
    ["status"], ["get", uri + "/old"], ["get", uri + "/new"],
  ]

  /// A vault with a login, which opens by two key files.
  @Sendable static func filledHome() throws -> VaultHome {
    let home = try VaultHome.withVault()
    let added = try home.vault("slot", "add", "key-file", home.path("second.key"))
    guard added.status == 0 else { throw TestFailure(added.errors) }
    let login = try home.logIn(uri + "/old", as: user, with: oldSecret, "--no-verify")
    guard login.status == 0 else { throw TestFailure(login.errors) }
    return home
  }

  /// A vault as the other, with a passphrase besides.
  @Sendable private static func homeWithPassphrase() throws -> VaultHome {
    let home = try filledHome()
    try writeFile(home.path("old.txt"), "correct horse\n")
    try writeFile(home.path("new.txt"), "battery staple\n")
    let added = try home.vault("slot", "add", "passphrase", home.path("old.txt"))
    guard added.status == 0 else { throw TestFailure(added.errors) }
    return home
  }

  /// What a program does that does not replace the vault but writes into it.
  static let truncatingWriter: SweptChange = {
    var change = SweptChange(
      "truncating writer",
      makeHome: {
        let home = try filledHome()
        let before = try FolderSnapshot(of: home.path)
        let login = try home.logIn(uri + "/old", as: user, with: newSecret, "--no-verify")
        guard login.status == 0 else { throw TestFailure(login.errors) }
        let next = try readFile(home.vaultFile)
        try before.restore()
        try writeFile(home.path("next"), next)
        return home
      }, [], probes: reading)
    change.command = {
      Command(["cp", $0.path("next"), $0.vaultFile], environment: $0.environment)
    }
    change.firstCall = "openat("
    return change
  }()

  private static func login(_ name: String, to uri: String) -> SweptChange {
    SweptChange(
      name,
      ["registry", "login", "--no-verify", "--username", user, "--password-stdin", uri],
      input: newSecret, probes: reading)
  }

  /// Those that need no passphrase, and so are over in no time.
  static let quick: [SweptChange] = {
    var make = SweptChange(
      "init", makeHome: { try VaultHome() }, ["init", "--key-file", "~/vault.key"],
      probes: [["status", "--key-file", "~/vault.key"]])
    make.recovery = [
      ["init", "--key-file", "~/vault.key"],
      ["slot", "add", "key-file", "~/next.key", "--key-file", "~/vault.key"],
      ["status", "--key-file", "~/next.key"],
    ]
    return [
      make, login("login over an old one", to: uri + "/old"),
      login("first login to a registry", to: uri + "/new"),
      SweptChange("logout", ["registry", "logout", uri + "/old"], probes: reading),
      SweptChange(
        "slot add", ["slot", "add", "key-file", "~/third.key"],
        probes: reading + [["get", "--key-file", "~/third.key", uri + "/old"]]),
      SweptChange(
        "rekey", ["rekey", "--keep-key-file", "~/vault.key", "--drop-others"],
        probes: reading + [["get", "--key-file", "~/second.key", uri + "/old"]]),
    ]
  }()

  /// Those that take a passphrase: interrupted only from the lock on, before which nothing is
  /// written.
  static let slow: [SweptChange] = {
    var make = SweptChange(
      "init with a passphrase",
      makeHome: {
        let home = try VaultHome()
        try writeFile(home.path("old.txt"), "correct horse\n")
        return home
      }, ["init", "--passphrase-file", "~/old.txt"],
      probes: [["status", "--passphrase-file", "~/old.txt"]])
    make.firstCall = "mkdir("
    make.recovery = [
      ["init", "--passphrase-file", "~/old.txt"],
      ["slot", "add", "key-file", "~/next.key", "--passphrase-file", "~/old.txt"],
      ["status", "--key-file", "~/next.key"],
    ]
    var change = SweptChange(
      "passphrase", makeHome: homeWithPassphrase,
      ["passphrase", "--new-passphrase-file", "~/new.txt"],
      probes: reading + [
        ["get", "--passphrase-file", "~/old.txt", uri + "/old"],
        ["get", "--passphrase-file", "~/new.txt", uri + "/old"],
      ])
    change.firstCall = ".vault.sealed.lock"
    return [make, change]
  }()
}
