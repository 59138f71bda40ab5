import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import VaultCLI

/// Commands about the vault itself: making, opening, slots, keys and the mark against rollback.
struct VaultCommandTests {
  private let world: TestWorld

  init() throws { world = try TestWorld() }

  @Test func `status tells open, locked and missing apart`() throws {
    #expect(try world.run("status").status == 1)
    try world.makeVault()
    let open = try world.run("status")
    #expect(open.status == 0)
    #expect(open.output.contains("State       open\n"))
    try removeFile(world.path("keys/vault.key"))
    let locked = try world.run("status")
    #expect(locked.status == 75)
    #expect(locked.output.contains("State       locked\n"))
  }

  @Test func `a passphrase file opens what it made, another does not`() throws {
    try writeFile(world.path("p1"), "correct horse\n")
    try writeFile(world.path("p2"), "wrong horse\n")
    #expect(try world.run("init", "--passphrase-file", "p1").status == 0)
    #expect(try world.run("registry", "list", "--passphrase-file", "p1").status == 0)
    let wrong = try world.run("registry", "list", "--passphrase-file", "p2")
    #expect(wrong.status == 77)
    #expect(wrong.errors.contains("\(world.path("p2")) does not open the vault"))
  }

  @Test func `the first login makes the vault with what it is told, and says so`() throws {
    try writeFile(world.path("p"), "correct horse")
    world.variables["VAULT_PASSPHRASE_FILE"] = world.path("p")
    let login = try world.logIn("h")
    #expect(login.status == 0)
    #expect(login.errors.contains("INFO:    Making the vault \(world.vaultFile)"))
  }

  @Test func `a first login without terminal and key makes nothing and says what to run`() throws {
    let login = try world.logIn("h")
    #expect(login.status == 78)
    #expect(login.errors.contains("init --key-file"))
    #expect(throws: TestFailure.self) { try readFile(world.vaultFile) }
  }

  @Test func `init never overwrites a vault`() throws {
    try world.makeVault()
    let before = try readFile(world.vaultFile)
    let again = try world.run("init", "--key-file", world.path("other.key"))
    #expect(again.status == 73)
    #expect(try readFile(world.vaultFile) == before)
    #expect(throws: TestFailure.self) { try readFile(world.path("other.key")) }
  }

  @Test func `a second vault elsewhere leaves the first and its key file in place`() throws {
    try world.makeVault()
    try writeFile(world.path("p"), "correct horse")
    #expect(try world.run("init", "--vault", "w/v", "--passphrase-file", "p").status == 0)
    #expect(try world.run("init", "--vault", "x/v", "--key-file", "y/key").status == 0)
    #expect(try world.run("status").status == 0)
    // The recorded key file is not the second vault's, which is locked, not refused.
    #expect(try world.run("status", "--vault", "w/v").status == 75)
    #expect(try world.run("status", "--vault", "w/v", "--passphrase-file", "p").status == 0)
  }

  @Test func `a vault that VAULT_FILE names leaves the recorded key file alone`() throws {
    try world.makeVault()
    world.variables["VAULT_FILE"] = world.path("w/v")
    let second = try world.run("init", "--key-file", "y/key")
    #expect(second.status == 0)
    #expect(second.errors.contains("goes on naming \(world.path("keys/vault.key"))"))
    world.variables["VAULT_FILE"] = nil
    #expect(try world.run("status").status == 0)
  }

  @Test func `a recorded key file makes no other vault`() throws {
    try world.makeVault()
    let made = try world.run("init", "--vault", "w/v")
    #expect(made.status == 78)
    #expect(made.errors.contains("no terminal"))
  }

  @Test func `a state folder that is none does not keep the vault from opening`() throws {
    try world.makeVault()
    world.variables["XDG_STATE_HOME"] = "/dev/null"
    #expect(try world.run("status").status == 0)
    #expect(try world.logIn("h").status == 0)
  }

  @Test func `a missing vault that is accepted once stays accepted`() throws {
    try world.makeVault()
    try removeFile(world.vaultFile)
    #expect(try world.run("registry", "list").status == 76)
    #expect(try world.run("registry", "list", "--accept-rollback").status == 0)
    #expect(try world.run("registry", "list").status == 0)
  }

  @Test func `one vault has one mark, however its path is written`() throws {
    try world.makeVault()
    let old = try readFile(world.vaultFile)
    _ = try world.logIn("h")
    try writeFile(world.vaultFile, old)
    let roundabout = world.path(".local/../.local/share/./vault/vault.sealed")
    #expect(try world.run("registry", "list", "--vault", roundabout).status == 76)
  }

  @Test func `init warns of a key file beside the vault`() throws {
    let made = try world.run("init", "--vault", "v/vault.sealed", "--key-file", "v/key")
    #expect(made.status == 0)
    #expect(made.errors.contains("WARNING: The key file lies beside the vault"))
  }

  @Test func `one secret has one slot`() throws {
    try world.makeVault()
    let again = try world.run("slot", "add", "key-file", "keys/vault.key")
    #expect(again.status == 64)
    #expect(again.errors.contains("opens the vault already, by slot"))
    let twice = try world.run(
      "rekey", "--keep-key-file", "keys/vault.key", "--keep-key-file", "keys/vault.key")
    #expect(twice.status == 64)
    #expect(twice.errors.contains("given twice"))
  }

  @Test func `a recorded key file that is of no use is said, and the person may be asked`() throws {
    try world.makeVault()
    try writeFile(world.path("keys/vault.key"), "")
    let status = try world.run("status")
    #expect(status.status == 75)
    #expect(status.errors.contains("is of no use"))
  }

  @Test func `a vault that is named and missing is said`() throws {
    let list = try world.run("registry", "list", "--vault", "typo")
    #expect(list.errors == "WARNING: There is no vault at \(world.path("typo"))\n")
  }

  /// As on a node where the scratch file system is not mounted.
  @Test(arguments: [".config", ".local"])
  func `a folder that is a link to nothing is an error, not a crash`(_ folder: String) throws {
    let made = try Command(["ln", "-s", "/nonexistent/scratch", world.path(folder)]).run()
    #expect(made.status == 0)
    let outcome = try world.run("init", "--key-file", "key")
    #expect(outcome.status == 73, "\(outcome.errors)")
    #expect(outcome.errors.contains("leads nowhere"), "\(outcome.errors)")
  }

  @Test func `when a slot was made is shown if the vault opens, and the list needs no key`() throws
  {
    try world.makeVault()
    #expect(try world.run("slot", "list").output.contains("Z  -\n"))
    try removeFile(world.path("keys/vault.key"))
    let locked = try world.run("slot", "list")
    #expect(locked.status == 0, "\(locked.errors)")
    #expect(locked.output.hasSuffix("  key-file  -     -        -\n"), "\(locked.output)")
  }

  @Test func `slots are added, listed and removed, and each opens the vault`() throws {
    try world.makeVault()
    try writeFile(world.path("p"), "correct horse")
    #expect(try world.run("slot", "add", "passphrase", "p").status == 0)
    #expect(try world.run("slot", "add", "key-file", "k/2").status == 0)
    let list = try world.run("slot", "list")
    let lines = list.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.map { $0[1] } == ["KIND", "key-file", "passphrase", "key-file"])
    let json = try world.run("slot", "list", "--format", "json").output
    #expect(json.hasPrefix("[\n  {\n    \"created\" : \"20"), "\(json)")
    #expect(
      json.contains("\"kind\" : \"key-file\",\n    \"slot\" : \"\(lines[1][0])\"\n  },\n"))
    #expect(json.contains("\"cost\" : \"Argon2id, "))
    #expect(try world.run("status", "--passphrase-file", "p").status == 0)
    #expect(try world.run("status", "--key-file", "k/2").status == 0)
    let removed = try world.run("slot", "remove", lines[2][0])
    #expect(removed.status == 0)
    #expect(removed.errors.contains("Copies of the vault that were made before still open"))
    #expect(try world.run("status", "--passphrase-file", "p").status == 77)
    #expect(try world.run("slot", "remove", "ffff").status == 1)
  }

  @Test func `passphrase changes the one passphrase, and asks which where there are two`() throws {
    for number in 1...3 { try writeFile(world.path("p\(number)"), "passphrase \(number)") }
    #expect(try world.run("init", "--passphrase-file", "p1").status == 0)
    let change = ["passphrase", "--passphrase-file", "p1", "--new-passphrase-file"]
    #expect(try world.run(change + ["p2"]).status == 0)
    #expect(try world.run("status", "--passphrase-file", "p1").status == 77)
    #expect(try world.run("status", "--passphrase-file", "p2").status == 0)
    _ = try world.run("slot", "add", "passphrase", "p1", "--passphrase-file", "p2")
    let unclear = try world.run(change + ["p3"])
    #expect(unclear.status == 64)
    #expect(unclear.errors.contains("--slot"))
  }

  @Test func `rekey drops a slot only with consent`() throws {
    try world.makeVault()
    _ = try world.logIn("h", with: "precious")
    _ = try world.run("slot", "add", "key-file", "k/2")
    let before = try readFile(world.vaultFile)
    let asked = try world.run("rekey", "--keep-key-file", "k/2")
    #expect(asked.status == 64)
    #expect(asked.errors.contains("(key-file)"))
    #expect(try readFile(world.vaultFile) == before)
    #expect(try world.run("rekey", "--keep-key-file", "k/2", "--drop-others").status == 0)
    #expect(try world.run("get", "h", "--key-file", "k/2").output == "precious\n")
    #expect(try world.run("get", "h", "--key-file", "keys/vault.key").status == 77)
  }

  @Test func `a rolled back vault is 76 until it is accepted once`() throws {
    try world.makeVault()
    let old = try readFile(world.vaultFile)
    _ = try world.logIn("h")
    try writeFile(world.vaultFile, old)
    let refused = try world.run("registry", "list")
    #expect(refused.status == 76)
    #expect(refused.errors.contains("--accept-rollback"))
    #expect(try world.run("registry", "list", "--accept-rollback").status == 0)
    #expect(try world.run("registry", "list").status == 0)
    try removeFile(world.vaultFile)
    for command in [["registry", "list"], ["get", "h"], ["status"], ["init"], ["unlock"]] {
      #expect(try world.run(command).status == 76, "\(command)")
    }
    #expect(try world.logIn("h").status == 76)
  }

  @Test(arguments: ["0s", "8", "h", "-1h", "31d", "8 h", "99999999999d", "1w"])
  func `a time to stay unlocked is a number and a unit`(_ text: String) throws {
    try world.makeVault()
    let result = try world.run("unlock", "--timeout", text)
    #expect(result.status == 64)
    #expect(result.errors.contains("8h"))
  }
}
