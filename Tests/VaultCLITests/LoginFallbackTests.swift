import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import VaultCLI

/// Plain http on this machine, for a registry that is known to speak https.
struct LoginFallbackTests {
  private let world: TestWorld
  private let server: ScriptedServer

  init() throws {
    world = try TestWorld()
    try world.makeVault()
    server = try ScriptedServer { request, _ in
      request.authorization == nil
        ? .whole(401, [("WWW-Authenticate", "Basic realm=x")]) : .whole(200)
    }
  }

  private func logIn(_ start: String = "") throws -> TestWorld.Result {
    try world.run(
      "registry", "login", "-u", "u", "--password-stdin", "\(start)127.0.0.1:\(server.port)",
      input: "s")
  }

  @Test func `an address with https is not asked over plain http`() throws {
    let login = try logIn("https://")
    #expect(login.status == 69, "\(login.errors)")
    #expect(server.requests.isEmpty)
    #expect(try logIn().status == 0)
  }

  @Test func `a login in another store that used TLS rules out plain http too`() throws {
    try makeFolder(world.path(".apptainer"))
    try writeFile(
      world.path(".apptainer/remote.yaml"),
      "Credentials:\n- URI: docker://127.0.0.1:\(server.port)\n  Auth: Basic dTpw\n")
    let login = try logIn()
    #expect(login.status == 69, "\(login.errors)")
    #expect(server.requests.isEmpty)
  }

  @Test func `a vault that is locked may hold a login that used TLS`() throws {
    try writeFile(world.path(".config/vault/config"), "")
    let login = try world.run(
      "registry", "login", "-u", "u", "--password-stdin", "--store", "remote-yaml",
      "127.0.0.1:\(server.port)", input: "s")
    #expect(login.status == 69, "\(login.errors)")
    #expect(server.requests.isEmpty)
  }

  @Test func `a second login after one over TLS is not asked over plain http`() throws {
    let scope = try RegistryURI("127.0.0.1:\(server.port)").scope
    let access = try VaultAccess(
      environment: Environment(["HOME": world.path("")], workingFolder: "/"))
    let sealed = try #require(try access.read())
    guard let store = try access.openWithoutAsking(sealed, warn: { _ in }) else {
      throw TestFailure("the vault is locked")
    }
    let record = CredentialRecord(
      key: .registry(scope), spellings: ["docker://\(scope.text)"], isSecure: true, username: "u",
      created: 1)
    try store.put(Credential(record: record, secret: try SecretBytes(readable: "s")))
    let login = try logIn()
    #expect(login.status == 69, "\(login.errors)")
    #expect(server.requests.isEmpty)
  }
}
