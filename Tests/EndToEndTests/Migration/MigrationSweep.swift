import VaultTestSupport

/// A migration, or its undoing, and everything that is to hold wherever it is interrupted.
struct MigrationSweep {
  /// How many tries there were, and what came of them.
  struct Tally: CustomStringConvertible {
    var tries = 0
    var killed = 0
    /// After how many the secrets were in files alone, in the vault alone, or here and there.
    var onlyFiles = 0
    var onlyVault = 0
    var both = 0
    /// What did not hold.
    var faults: [String] = []

    var description: String {
      "\(tries) tries, \(killed) killed; the secrets were in files alone \(onlyFiles) times, in the vault "
        + "alone \(onlyVault) times, in both or some in each \(both) times; \(faults.count) faults"
    }
  }

  /// Each secret, the address by which the vault gives it out, and its spelling in the file.
  private static let secrets: [(secret: String, address: String, file: String, spelling: String)] =
    [
      (
        "unm1stakable-1", "one.example", ".docker/config.json", "YWxpY2U6dW5tMXN0YWthYmxlLTE="
      ),
      (
        "unm1stakable-2", "two.example", ".docker/config.json", "YWxpY2U6dW5tMXN0YWthYmxlLTI="
      ),
      ("unm1stakable-3", "cloud", ".apptainer/remote.yaml", "unm1stakable-3"),
      ("unm1stakable-4", "https://keys.example.com", ".apptainer/remote.yaml", "unm1stakable-4"),
      (
        "unm1stakable-5", "three.example", ".config/containers/auth.json",
        "YWxpY2U6dW5tMXN0YWthYmxlLTU="
      ),
    ]

  private static let texts = [
    ".docker/config.json":
      "{\n\t\"auths\": {\n\t\t\"one.example\": {\n\t\t\t\"auth\": \"YWxpY2U6dW5tMXN0YWthYmxlLTE=\"\n\t\t},\n"
      + "\t\t\"two.example\": {\n\t\t\t\"auth\": \"YWxpY2U6dW5tMXN0YWthYmxlLTI=\"\n\t\t}\n\t}\n}",
    ".apptainer/remote.yaml":
      "Active: cloud\nRemotes:\n  cloud:\n    URI: c.example\n    Token: unm1stakable-3\n"
      + "Credentials:\n- URI: https://keys.example.com\n  Auth: Bearer unm1stakable-4\n",
    ".config/containers/auth.json":
      "{\"auths\":{\"three.example\":{\"auth\":\"YWxpY2U6dW5tMXN0YWthYmxlLTU=\"}}}\n",
  ]

  private let home: VaultHome
  private let change: Command
  private let isUndoing: Bool
  private let template: FolderSnapshot
  /// The calls of an undisturbed run, from where the command begins its work.
  let calls: [SystemCall]

  /// A home with a vault and three files of other programs.
  static func makeHome() throws -> VaultHome {
    let home = try VaultHome.withVault()
    for (name, text) in texts {
      var folder = ""
      for part in name.split(separator: "/").dropLast() {
        folder += (folder.isEmpty ? "" : "/") + part
        // The vault itself has made some of them.
        try? makeFolder(home.path(folder))
      }
      try writeFile(home.path(name), text)
    }
    return home
  }

  init(undoing: Bool = false) throws {
    home = try Self.makeHome()
    if undoing {
      let migrated = try home.vault("migrate", "--yes")
      guard migrated.status == 0 else { throw TestFailure(migrated.errors) }
    }
    isUndoing = undoing
    change = try home.command(undoing ? ["migrate", "--undo", "--yes"] : ["migrate", "--yes"])
    template = try FolderSnapshot(of: home.path)
    calls = Array(try change.systemCalls().drop { !$0.line.contains("PR_SET_DUMPABLE") })
    guard !calls.isEmpty else { throw TestFailure("there are no calls") }
  }

  /// Runs the change with a fault, and checks all that is to hold.
  func attempt(
    _ name: String, _ tally: inout Tally, _ disturb: (Command) -> Command
  ) throws {
    try template.restore()
    tally.tries += 1
    let outcome = try disturb(change).run()
    if case .killed = outcome.ending { tally.killed += 1 }
    var faults: [String] = []
    var inFiles = 0
    var inVault = 0
    for secret in Self.secrets {
      let file = try readFile(home.path(secret.file))
      let isInFile = try offset(of: Array(secret.spelling.utf8), in: file) != nil
      let isInVault = try home.vault("get", secret.address).output == secret.secret + "\n"
      inFiles += isInFile ? 1 : 0
      inVault += isInVault ? 1 : 0
      if !isInFile && !isInVault { faults.append("\(secret.secret) is lost: \(outcome.errors)") }
    }
    switch (inFiles, inVault) {
    case (Self.secrets.count, 0): tally.onlyFiles += 1
    case (0, Self.secrets.count): tally.onlyVault += 1
    default: tally.both += 1
    }
    faults += try complete()
    tally.faults += faults.map { "\(name): \($0)" }
  }

  /// Runs it again, and back.
  private func complete() throws -> [String] {
    var faults: [String] = []
    if !isUndoing {
      let again = try home.vault("migrate", "--yes")
      if again.status != 0 { faults.append("then migrate: \(again.errors)") }
      let left = try leftovers(of: Self.secrets.map(\.secret), below: home.path)
      faults += left.map { "left \($0)" }
      for secret in Self.secrets
      where try home.vault("get", secret.address).output != secret.secret + "\n" {
        faults.append("\(secret.secret) is not in the vault")
      }
    }
    // A file that was left with an error was taken over by a second migration. None is left at the end.
    var undone = try home.vault("migrate", "--undo", "--yes")
    while undone.status == 0 { undone = try home.vault("migrate", "--undo", "--yes") }
    if undone.status != 1 { faults.append("then --undo: \(undone.errors)") }
    for (name, text) in Self.texts where try readFile(home.path(name)) != Array(text.utf8) {
      faults.append("\(name) is not as it was")
    }
    for file in files(below: home.path) where file.hasSuffix(".tmp") {
      if !file.contains("/marks/") { faults.append("left \(file)") }
    }
    return faults
  }
}
