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
