import Testing
import VaultTestSupport

@testable import VaultCLI

struct VaultReadTests {
  private let world: TestWorld

  init() throws {
    world = try TestWorld()
    try world.makeVault()
    _ = try world.logIn("one.example.com")
  }

  @Test(arguments: [
    ["status"], ["registry", "list"], ["get", "one.example.com"], ["slot", "list"], ["doctor"],
    ["export", "--as", "docker-config"],
    ["registry", "logout", "absent.example.com", "--store", "remote-yaml"],
  ])
  func `a command that does not change the vault reads its file at most once`(
    _ words: [String]
  ) throws {
    world.variables["PATH"] = "/usr/bin:/bin"
    let opens = try OpenCounter(of: world.vaultFile)
    let result = try world.run(words)
    #expect(try opens.count() == (words.contains("remote-yaml") ? 0 : 1), "\(result.errors)")
  }

  @Test(arguments: [
    ["registry", "logout", "one.example.com"], ["slot", "add", "key-file", "second.key"],
    ["rekey", "--keep-key-file", "keys/vault.key"],
    ["registry", "login", "-u", "u", "--password-stdin", "--no-verify", "two.example.com"],
    ["registry", "login", "-u", "u", "--password-stdin", "--no-verify", "--store", "sealed", "h"],
  ])
  func `a command that changes the vault reads its file once, and once more under the lock`(
    _ words: [String]
  ) throws {
    let opens = try OpenCounter(of: world.vaultFile)
    let result = try world.run(words, input: "secret")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try opens.count() == 2)
  }
}
