import FoundationEssentials
import Testing
import VaultTestSupport

@testable import VaultCLI

struct DoctorCommandTests {
  private let world: TestWorld

  init() throws { world = try TestWorld() }

  private func lines(_ state: String) throws -> [String] {
    try world.run("doctor").output.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix(state)
    }
  }

  @Test func `without anything it says what is not there, and how to begin`() throws {
    let result = try world.run("doctor")
    #expect(result.output.contains("NOTE  There is no sealed vault at \(world.vaultFile)"))
    #expect(result.output.contains("init, or a first login"))
    #expect(result.output.contains("The desktop keyring is not used: there is no session bus"))
    #expect(result.output.contains("OK    No login lies in the clear"))
    #expect(result.errors == "")
  }

  @Test func `a single way in is to be mended, a second one mends it`() throws {
    try world.makeVault()
    #expect(try lines("FIX").contains { $0.contains("the only way to open it") })
    #expect(try world.run("slot", "add", "key-file", world.path("second.key")).status == 0)
    #expect(try !lines("FIX").contains { $0.contains("the only way to open it") })
    #expect(try lines("OK").contains { $0.contains("opens without asking (key-file, key-file)") })
  }

  @Test func `a key file beside the vault is told, and so is one that is gone`() throws {
    let key = world.path(".local/share/vault/key")
    #expect(try world.run("init", "--key-file", key).status == 0)
    #expect(try lines("FIX").contains { $0.contains("\(key) lies beside the vault") })
    try removeFile(key)
    #expect(try lines("FIX").contains { $0.contains("\(key), which is not there") })
    #expect(try lines("NOTE").contains { $0.contains("is locked") })
  }

  @Test func `a key file that others can read is told`() throws {
    try world.makeVault()
    try setMode(0o644, of: world.path("keys/vault.key"))
    #expect(try lines("FIX").contains { $0.contains("can be read by others") })
  }

  @Test func `plaintext logins are named with their files, and their secrets are not`() throws {
    try makeFolder(world.path(".docker"))
    try writeFile(
      world.path(".docker/config.json"),
      #"{"auths":{"one.example.com":{"auth":"czNjcmV0OnMzY3JldA=="},"mark.example.com":{}}}"#)
    try makeFolder(world.path(".apptainer"))
    try writeFile(
      world.path(".apptainer/remote.yaml"),
      "Credentials:\n- URI: docker://two.example.com\n  Auth: Basic dTpzM2NyZXQ=\n  Insecure: false\n"
    )
    let result = try world.run("doctor")
    #expect(result.status == 1)
    #expect(
      result.output.contains("config.json holds one login in the clear: docker://one.example.com\n")
    )
    #expect(
      result.output.contains(
        "remote.yaml holds one login in the clear: docker://two.example.com\n"), "\(result.output)")
    #expect(!result.output.contains("s3cret") && !result.output.contains("czNj"))
  }

  @Test(arguments: [".singularity/remote.yaml", ".apptainer/remote.yaml"])
  func `doctor and list name the same files with plaintext`(_ name: String) throws {
    try makeFolder(world.path(String(name.prefix { $0 != "/" })))
    try writeFile(
      world.path(name), "Active: a\nRemotes:\n  a:\n    URI: a.example.com\n    Token: s3cret\n")
    let words = "\(world.path(name)) holds one login in the clear"
    #expect(try world.run("doctor").output.contains(words))
    #expect(try world.run("registry", "list").errors.contains(words))
  }

  @Test func `a damaged file hides nothing of the others`() throws {
    try world.makeVault()
    try writeFile(world.vaultFile, "no vault")
    try makeFolder(world.path(".docker"))
    try writeFile(world.path(".docker/config.json"), "{")
    let output = try world.run("doctor").output
    #expect(output.contains("is damaged or not a vault"))
    #expect(output.contains(".docker/config.json"))
    #expect(output.contains("locked against swapping"))
  }

  @Test func `'vault doctor' as JSON has state, text and remedy`() throws {
    let output = try world.run("doctor", "--format", "json").output
    let findings = try JSONDecoder().decode([[String: String]].self, from: Data(output.utf8))
    #expect(findings.count >= 5)
    for finding in findings {
      #expect(["ok", "note", "fix"].contains(finding["state"]))
      #expect(finding["text"]?.isEmpty == false)
      #expect(Set(finding.keys).isSubset(of: ["state", "text", "remedy"]))
    }
  }
}
