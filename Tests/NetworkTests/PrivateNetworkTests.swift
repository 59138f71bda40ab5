import Foundation
import Glibc
import Testing
import VaultTestSupport

@testable import Network
@testable import SealedFormat

/// A name other than `localhost` that leads to this machine; nil if there is none.
private let innerName: String? = {
  let name = ProcessInfo.processInfo.hostName.lowercased()
  guard name != "localhost", (try? RegistryURI(name)) != nil else { return nil }
  var hints = unsafe addrinfo()
  unsafe hints.ai_family = AF_INET
  unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  var found: UnsafeMutablePointer<addrinfo>? = nil
  guard unsafe getaddrinfo(name, nil, &hints, &found) == 0 else { return nil }
  defer { unsafe freeaddrinfo(found) }
  guard let address = unsafe found?.pointee.ai_addr else { return nil }
  let first = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
    unsafe UInt32(bigEndian: name.pointee.sin_addr.s_addr) >> 24
  }
  return first == 127 ? name : nil
}()

/// A registry that a proxy reaches counts as public, and the inner name is asked without the proxy.
@Suite(
  .enabled(
    if: innerName != nil && ScriptedServerTLS.isAvailable,
    "there is no openssl, or this machine's name does not lead to it"))
struct PrivateNetworkTests {
  private let inner: ScriptedServer
  private let name: String

  init() throws {
    inner = try ScriptedServer { request, _ in
      request.authorization == nil
        ? .kept(401, [("WWW-Authenticate", "Basic realm=x")]) : .kept(200)
    }
    name = try #require(innerName)
  }

  private func failure(
    _ server: ScriptedServer, _ tls: ScriptedServerTLS
  ) -> VaultError? {
    server.failedLogin(host: "registry.example") {
      let url = "http://127.0.0.1:\(server.port)"
      $0.proxy = .init(https: url, http: url, exceptions: name)
      $0.issuersFile = tls.folder.path + "/ca.pem"
    }
  }

  @Test func `a redirect of a public registry to a name in a private network is not followed`()
    throws
  {
    let tls = try ScriptedServerTLS(before: inner.port, name: "DNS:\(name)")
    let location = "https://\(name):\(tls.port)/v2/"
    let server = try ScriptedServer { _, _ in .whole(307, [("Location", location)]) }
    let error = failure(server, tls)
    #expect(
      error?.message
        == "https://\(name):\(tls.port) is in a private network; nothing was sent there")
    #expect(inner.requests.isEmpty)
  }

  @Test
  func `a token server of a public registry whose name leads into a private network gets no login`()
    throws
  {
    let tls = try ScriptedServerTLS(before: inner.port, name: "DNS:\(name)")
    let server = try ScriptedServer { _, _ in
      .whole(401, [bearer("https://\(name):\(tls.port)/token")])
    }
    #expect(failure(server, tls)?.message.contains("is in a private network") == true)
    #expect(inner.requests.isEmpty)
  }

  @Test func `a registry that has moved into a private network since the probe gets no login`()
    throws
  {
    let registry = WebAddress(isSecure: false, host: name, port: inner.port, target: "/v2/")
    let probe = ProbeAnswer(
      registry: registry, isInternal: false,
      challenges: AuthenticationChallenge.parse(["Basic realm=x"]), isFallback: false)
    let secret = try SecretBytes(readable: password)
    let scope = try RegistryURI("\(name):\(inner.port)").scope
    let error = #expect(throws: VaultError.self) {
      try RegistryClient().tryCredential(
        scope: scope, username: "alice", secret: secret, after: probe)
    }
    #expect(error?.message.contains("is in a private network") == true)
    #expect(inner.requests.isEmpty)
  }

  @Test func `a connection that was opened without the check does not carry a login that needs it`()
    throws
  {
    let address = WebAddress(isSecure: false, host: name, port: inner.port, target: "/v2/")
    let client = try HTTPClient(
      for: try RegistryURI("registry.example").scope, at: "registry.example",
      options: ConnectionOptions(), warn: { _ in })
    #expect(try client.get(HTTPTarget(address)).status == 401)
    let secret = try SecretBytes(readable: password)
    let header = try AuthorizationHeader.basic(username: "alice", secret: secret)
    let error = #expect(throws: VaultError.self) {
      _ = try client.get(HTTPTarget(address, .publicNetwork), with: header).status
    }
    #expect(error?.message.contains("is in a private network") == true)
    #expect(inner.requests.count == 1)
  }

  @Test func `a registry in a private network may have its token server there`() throws {
    let tls = try ScriptedServerTLS(before: inner.port, name: "DNS:\(name)")
    let server = try ScriptedServer { request, _ in
      request.authorization == "Bearer good-token"
        ? .whole(200) : .whole(401, [bearer("https://\(name):\(tls.port)/token")])
    }
    _ = server.failedLogin { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(inner.requests.count == 1)
    #expect(inner.hasSeenPassword)
  }
}
