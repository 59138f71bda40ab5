import Testing
import VaultTestSupport

/// Whoever can write the file cannot make a reader work for long, nor ask for a passphrase first.
struct HostileHeaderTests {
  /// What is done to a vault that has one passphrase slot; the checksum is made right again.
  private static let attacks = [
    "most memory", "4 GiB", "little memory", "most passes", "one pass", "no passes",
    "much work in one slot", "much work in four slots", "five slots", "thirty-three slots",
  ]

  private let home: VaultHome
  private let original: [UInt8]

  init() throws {
    home = try VaultHome()
    try writeFile(home.path("passphrase"), "correct horse\n")
    let made = try home.vault("init", "--passphrase-file", home.path("passphrase"))
    #expect(made.status == 0, "\(made.errors)")
    original = try readFile(home.vaultFile)
  }

  private func attack(_ name: String) throws {
    try writeFile(home.vaultFile, original)
    let script = PackageFolder.path + "/Tests/EndToEndTests/Scripts/hostile-header.py"
    let edited = try Command(["python3", script, home.vaultFile, name]).run()
    #expect(edited.status == 0, "\(edited.errors)")
  }

  @Test(.terminal) func `a header that asks for too much or too little is refused unasked`() throws
  {
    for name in Self.attacks {
      try attack(name)
      let terminal = try home.terminal("registry", "list")
      #expect(try terminal.finish() == .exited(65), "\(name): \(terminal.screen)")
      #expect(terminal.screen.contains("is damaged"), "\(name): \(terminal.screen)")
      #expect(!terminal.screen.contains("Passphrase"), "\(name): \(terminal.screen)")

      let cost = try Cost(of: ["registry", "list"], in: home)
      let least = try Cost(of: ["--version"], in: home)
      print("\(name): \(cost); --version: \(least)")
      #expect(cost.status == 65)
      #expect(cost.kibibytes < 40 * 1024)
    }
  }

  @Test(.terminal) func `the same header with only its checksum made anew is still asked for`()
    throws
  {
    try attack("nothing")
    let terminal = try home.terminal("registry", "list")
    try terminal.expect("Passphrase of the vault")
    try terminal.type("correct horse\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    let words = ["registry", "list", "--passphrase-file", home.path("passphrase")]
    let cost = try Cost(of: words, in: home, times: 1)
    print("opened by passphrase: \(cost)")
    #expect(cost.status == 0)
    #expect(cost.kibibytes > 40 * 1024)
    _ = try home.vault("lock")
  }
}

/// What a command takes.
private struct Cost: CustomStringConvertible {
  let status: Int32
  let kibibytes: Int
  let milliseconds: Double

  var description: String { "\(milliseconds) ms, \(kibibytes) KiB" }

  private static let script = """
    import resource, statistics, subprocess, sys, time
    times = []
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        status = subprocess.run(sys.argv[2:], capture_output=True).returncode
        times.append((time.perf_counter() - start) * 1000)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(status, most, round(statistics.median(times), 1))
    """

  /// Measures the median of several runs, and the most memory of any.
  init(of arguments: [String], in home: VaultHome, times: Int = 20) throws {
    let words = ["python3", "-c", Self.script, "\(times)", try PackageFolder.program("vault")]
    let outcome = try Command(words + arguments, environment: home.environment).run()
    let fields = outcome.output.split { $0 == " " || $0 == "\n" }
    guard fields.count == 3, let status = Int32(fields[0]), let kibibytes = Int(fields[1]),
      let milliseconds = Double(fields[2])
    else { throw TestFailure("cannot measure: \(outcome.errors)") }
    self.status = status
    self.kibibytes = kibibytes
    self.milliseconds = milliseconds
  }
}
