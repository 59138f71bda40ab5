import Foundation
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

@Suite(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"))
struct CertificateTests {
  private let server: ScriptedServer

  init() throws {
    server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Basic realm=x")])
    }
  }

  private func tryLogin(
    _ tls: ScriptedServerTLS, host: String = "127.0.0.1",
    _ change: (inout ConnectionOptions) -> Void = { _ in }
  ) throws(VaultError) -> LoginOutcome {
    var options = ConnectionOptions()
    options.timeout = 10
    change(&options)
    let secret = try SecretBytes(readable: password)
    let scope = try RegistryURI("\(host):\(tls.port)").scope
    return try RegistryClient(options: options)
      .tryCredential(scope: scope, username: "alice", secret: secret)
  }

  private func failure(
    _ tls: ScriptedServerTLS, _ change: (inout ConnectionOptions) -> Void = { _ in }
  ) -> VaultError? {
    #expect(throws: VaultError.self) { try tryLogin(tls, change) }
  }

  @Test func `a registry with a certificate of an unknown issuer gets nothing`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let error = failure(tls)
    #expect(error?.code == .unreachable)
    #expect(
      error?.message == "https://127.0.0.1:\(tls.port) has a certificate from an unknown issuer")
    #expect(error?.remedy == .trustIssuer)
    #expect(server.requests.isEmpty)
  }

  @Test func `a registry with a certificate of a named issuer is secure`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let outcome = try tryLogin(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(outcome == (try tryLogin(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }))
    #expect(outcome.verdict == .accepted)
    #expect(outcome.isSecure)
  }

  @Test func `a registry whose certificate is not checked is not secure`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let outcome = try tryLogin(tls) { $0.checksCertificate = false }
    #expect(outcome.verdict == .accepted)
    #expect(!outcome.isSecure)
  }

  @Test(arguments: ["DNS:other.example", "IP:127.0.0.2"])
  func `a registry with a certificate for another name gets nothing`(_ name: String) throws {
    let tls = try ScriptedServerTLS(before: server.port, name: name)
    let error = failure(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("has a certificate for another name") == true)
    #expect(server.requests.isEmpty)
  }

  @Test func `a registry with an expired certificate gets nothing`() throws {
    let tls = try ScriptedServerTLS(before: server.port, days: -1)
    let error = failure(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("has a certificate that has expired") == true)
    #expect(server.requests.isEmpty)
  }

  @Test func `a registry gets the client certificate`() throws {
    let tls = try ScriptedServerTLS(before: server.port, asksForClientCertificate: true)
    let folder = tls.folder.path
    let outcome = try tryLogin(tls) {
      $0.issuersFile = folder + "/ca.pem"
      $0.clientCertificate = .init(file: folder + "/client.pem", keyFile: folder + "/client.key")
    }
    #expect(outcome.verdict == .accepted)
  }

  @Test func `a registry that wants a client certificate is named if there is none`() throws {
    let tls = try ScriptedServerTLS(before: server.port, asksForClientCertificate: true)
    let error = failure(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(error?.code == .unreachable)
    #expect(
      error?.message == "https://127.0.0.1:\(tls.port) wants to be shown a client certificate")
    #expect(error?.remedy == .presentClientCertificate)
  }

  @Test func `malformed certificate files are refused before any request`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let folder = tls.folder.path
    let errors = [
      failure(tls) { $0.issuersFile = folder + "/server.key" },
      failure(tls) { $0.issuersFile = "/dev/null" },
      failure(tls) {
        $0.issuersFile = folder + "/ca.pem"
        $0.clientCertificate = .init(file: folder + "/client.pem", keyFile: folder + "/server.key")
      },
    ]
    #expect(errors.map { $0?.code } == [.configuration, .configuration, .configuration])
    #expect(server.requests.isEmpty)
  }

  @Test func `the password of a login over https is not sent to a token server over plain http`()
    throws
  {
    let stranger = try ScriptedServer { _, _ in .whole(200, [], #"{"token":"t"}"#) }
    let registry = try ScriptedServer { _, _ in
      .whole(401, [bearer("http://127.0.0.1:\(stranger.port)/token")])
    }
    let tls = try ScriptedServerTLS(before: registry.port)
    let error = failure(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("over plain http; nothing was sent there") == true)
    #expect(stranger.requests.isEmpty)
  }

  @Test func `a redirect from https to plain http is not followed`() throws {
    let stranger = try ScriptedServer { _, _ in .whole(200) }
    let registry = try ScriptedServer { _, _ in
      .whole(302, [("Location", "http://127.0.0.1:\(stranger.port)/v2/")])
    }
    let tls = try ScriptedServerTLS(before: registry.port)
    #expect(failure(tls) { $0.issuersFile = tls.folder.path + "/ca.pem" }?.code == .unreachable)
    #expect(stranger.requests.isEmpty)
  }
}
