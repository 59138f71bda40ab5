import Foundation
import Testing
import VaultTestSupport

@testable import Network
@testable import SealedFormat

/// Another user of this machine may have taken the port of a registry that speaks https.
@Suite(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"))
struct DowngradeTests {
  private let server: ScriptedServer

  init() throws {
    server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Basic realm=x")])
    }
  }

  private func record(isSecure: Bool, _ path: String = "") throws -> CredentialRecord {
    CredentialRecord(
      key: .registry(try RegistryURI("127.0.0.1:\(server.port)\(path)").scope), spellings: [],
      isSecure: isSecure, username: "alice", created: 1)
  }

  @Test func `plain http is not used if issuers or a client certificate are named`() throws {
    let tls = try ScriptedServerTLS(before: 1)
    let file = tls.folder.path
    for change in [
      { (options: inout ConnectionOptions) in options.issuersFile = file + "/ca.pem" },
      { $0.clientCertificate = .init(file: file + "/client.pem", keyFile: file + "/client.key") },
    ] {
      let error = server.failedLogin {
        $0.isPlainHTTP = false
        change(&$0)
      }
      #expect(error?.code == .unreachable)
      #expect(error?.message.contains("cannot speak https") == true)
    }
    #expect(server.requests.isEmpty)
  }

  @Test
  func `plain http is not used if certs.d has certificates of the registry, even unreadable ones`()
    throws
  {
    let folder = try TemporaryFolder()
    let place = folder.path("127.0.0.1:\(server.port)")
    try makeFolder(place)
    try FileManager.default.createSymbolicLink(
      atPath: place + "/ca.crt", withDestinationPath: "/nonexistent")
    let error = server.failedLogin {
      $0.isPlainHTTP = false
      $0.certificateFolders = [folder.path]
    }
    #expect(error?.code == .unreachable)
    #expect(server.requests.isEmpty)
  }

  @Test func `plain http is not used if a stored login to the registry was made over TLS`() throws {
    let records = [try record(isSecure: false), try record(isSecure: true, "/team")]
    let scope = try #require(records[0].scope)
    let error = server.failedLogin {
      $0.isPlainHTTP = false
      $0 = $0.replacing(records, for: scope)
    }
    #expect(error?.code == .unreachable)
    #expect(server.requests.isEmpty)
    let outcome = try server.tryLogin {
      $0.isPlainHTTP = false
      $0 = $0.replacing([records[0]], for: scope)
    }
    #expect(outcome.isFallback)
  }

  @Test(arguments: [301, 302, 307, 308])
  func `the password is not sent over plain http that redirects to https`(_ status: Int) throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let plain = try ScriptedServer { request, _ in
      request.authorization == nil
        ? .whole(status, [("Location", "https://127.0.0.1:\(tls.port)/v2/")]) : .whole(200)
    }
    let error = plain.failedLogin { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(error?.code == .unreachable)
    #expect(
      error?.message
        == "http://127.0.0.1:\(plain.port) redirects to https://127.0.0.1:\(tls.port), so it speaks "
        + "https; no password was sent")
    #expect(error?.remedy == .useHTTPS)
    #expect(plain.requests.count == 1)
    #expect(!plain.hasSeenPassword && !server.hasSeenPassword)
  }
}
