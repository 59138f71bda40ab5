import Glibc
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

private let basicChallenge = ("WWW-Authenticate", "Basic realm=\"x\"")

struct RedirectTests {
  @Test(arguments: [301, 302, 303, 307, 308])
  func `a redirect of a request with a credential to another server is not followed`(_ status: Int)
    throws
  {
    let stranger = try ScriptedServer { _, _ in .whole(200) }
    let server = try ScriptedServer { request, _ in
      guard request.authorization != nil else { return .whole(401, [basicChallenge]) }
      return .whole(status, [("Location", "http://127.0.0.1:\(stranger.port)/v2/")])
    }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(
      error?.message.contains("redirects to http://127.0.0.1:\(stranger.port)") == true)
    #expect(stranger.requests.isEmpty)
  }

  @Test func `a redirect of a token server to another server is not followed`() throws {
    let stranger = try ScriptedServer(address: "127.0.0.2") { _, _ in
      .whole(200, [], #"{"token":"good-token"}"#)
    }
    let server = try tokenRegistry { _ in
      .whole(302, [("Location", "http://127.0.0.2:\(stranger.port)/token")])
    }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(stranger.requests.isEmpty)
  }

  @Test func `a redirect within the server is followed with the credential`() throws {
    let server = try ScriptedServer { request, _ in
      switch (request.target, request.authorization) {
      case ("/v2/", nil): .whole(401, [basicChallenge])
      case ("/v2/", _): .whole(307, [("Location", "/other/v2/")])
      case ("/other/v2/", basic): .whole(200)
      default: .whole(404)
      }
    }
    #expect(try server.tryLogin().verdict == .accepted)
    #expect(server.targets == ["GET /v2/", "GET /v2/", "GET /other/v2/"])
  }

  @Test func `the sixth redirect is not followed`() throws {
    let server = try ScriptedServer { request, _ in
      .whole(302, [("Location", request.target + "x")])
    }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("redirects more than 5 times") == true)
    #expect(server.requests.count == 6)
    #expect(!server.hasSeenPassword)
  }

  @Test(arguments: [
    "http://127.0.0.2:1/v2/", "file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/",
  ])
  func `a redirect without a credential is not followed to another server over plain http`(
    _ location: String
  ) throws {
    let server = try ScriptedServer { _, _ in .whole(302, [("Location", location)]) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("redirects to") == true)
    #expect(server.requests.count == 1)
  }
}

struct MalformedResponseTests {
  @Test(arguments: [Answer.endlessBody, .endlessHead, .endlessInterim])
  func `a response that does not end is cut off`(_ answer: Answer) throws {
    let server = try ScriptedServer { _, _ in answer }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("endless answer") == true)
    #expect(!server.hasSeenPassword)
  }

  @Test func `a response of a token server that does not end is cut off`() throws {
    let server = try tokenRegistry { _ in .endlessBody }
    #expect(server.failedLogin()?.message.contains("endless answer") == true)
  }

  @Test func `a response is awaited no longer than the timeout`() throws {
    let server = try ScriptedServer { _, _ in .silence }
    let start = ContinuousClock.now
    let error = server.failedLogin { $0.timeout = 1 }
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("no answer within 1 s") == true)
    #expect(error?.remedy == .waitLonger)
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test(arguments: [
    "", "garbage", "HTTP/1.1", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 abc OK\r\n\r\n",
    "\u{0}\u{0}\u{0}", "SSH-2.0-OpenSSH_9.2\r\n",
  ])
  func `a malformed HTTP response is reported as malformed`(_ answer: String) throws {
    let server = try ScriptedServer { _, _ in .raw(answer) }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(!server.hasSeenPassword)
  }

  @Test(arguments: [404, 500, 503, 418, 402, 304, 403])
  func `a response with an unexpected status is reported as not from a registry`(_ status: Int)
    throws
  {
    let server = try ScriptedServer { _, _ in .whole(status) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("answered with status \(status)") == true)
    #expect(!server.hasSeenPassword)
  }

  @Test func `a response may contain folded header lines and trailers`() throws {
    let server = try ScriptedServer { request, _ in
      guard request.authorization == nil else { return .whole(200) }
      return .raw(
        "HTTP/1.1 100 Continue\r\nWWW-Authenticate: Digest realm=x\r\n\r\n"
          + "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n realm=\"x\"\r\n"
          + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
          + "2\r\n{}\r\n0\r\nX-Trailer: y\r\n\r\n")
    }
    #expect(try server.tryLogin().verdict == .accepted)
  }
}

struct UnreachableServerTests {
  private func failure(_ address: String, _ change: (inout ConnectionOptions) -> Void = { _ in })
    -> VaultError?
  {
    #expect(throws: VaultError.self) {
      var options = ConnectionOptions()
      options.timeout = 5
      change(&options)
      let secret = try SecretBytes(readable: password)
      let scope = try RegistryURI(address).scope
      _ = try RegistryClient(options: options)
        .tryCredential(scope: scope, username: "alice", secret: secret)
    }
  }

  @Test func `a server that does not listen is named with the reason`() throws {
    var server: ScriptedServer? = try ScriptedServer { _, _ in .whole(200) }
    let port = try #require(server?.port)
    server = nil
    usleep(100_000)
    let error = failure("127.0.0.1:\(port)")
    #expect(error?.code == .unreachable)
    #expect(error?.message == "cannot reach https://127.0.0.1:\(port): Connection refused")
  }

  @Test func `a server without an address is named`() {
    let error = failure("registry.invalid")
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasPrefix("cannot reach https://registry.invalid: ") == true)
  }

  @Test(arguments: [
    "registry.example\r\nX-Injected: 1", "registry.example\n.com", "registry example",
    "registry.example\u{0}", "registry.example/v2/\r\n", "user:pw@registry.example",
  ])
  func `a host name that would change the request is refused before any request`(_ address: String)
  {
    #expect(failure(address)?.code == .invalidInput)
  }

  @Test func `an unreadable certificate file is a configuration error`() {
    let missing = "/nonexistent/ca.pem"
    for error in [
      failure("127.0.0.1:1") { $0.issuersFile = missing },
      failure("127.0.0.1:1") { $0.clientCertificate = .init(file: missing, keyFile: "/dev/null") },
      failure("127.0.0.1:1") { $0.clientCertificate = .init(file: "/dev/null", keyFile: missing) },
    ] {
      #expect(error?.code == .configuration)
      #expect(error?.message.hasSuffix("in \(missing): No such file or directory") == true)
    }
  }
}

struct LoopbackRegistryTests {
  @Test func `plain http on this machine is found without an option and shown as not secure`()
    throws
  {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic ? .whole(200) : .whole(401, [basicChallenge])
    }
    let outcome = try server.tryLogin { $0.isPlainHTTP = false }
    #expect(outcome.verdict == .accepted)
    #expect(!outcome.isSecure)
  }

  @Test func `a request to this machine uses no proxy`() throws {
    let proxy = try ScriptedServer { _, _ in .whole(200) }
    let server = try ScriptedServer { request, _ in
      request.authorization == basic ? .whole(200) : .whole(401, [basicChallenge])
    }
    let address = "http://127.0.0.1:\(proxy.port)"
    let outcome = try server.tryLogin { $0.proxy = .init(https: address, http: address) }
    #expect(outcome.verdict == .accepted)
    #expect(proxy.requests.isEmpty)
  }
}

struct RemoteRegistryTests {
  /// The proxy stands for the world outside: it shows what would have been sent there.
  private func failure(_ address: String, over proxy: ScriptedServer, isPlain: Bool)
    -> VaultError?
  {
    #expect(throws: VaultError.self) {
      var options = ConnectionOptions()
      options.isPlainHTTP = isPlain
      let url = "http://127.0.0.1:\(proxy.port)"
      options.proxy = .init(https: url, http: url)
      let secret = try SecretBytes(readable: password)
      let scope = try RegistryURI(address).scope
      _ = try RegistryClient(options: options)
        .tryCredential(scope: scope, username: "alice", secret: secret)
    }
  }

  @Test func `a registry elsewhere is not contacted over plain http without the option`() throws {
    let proxy = try ScriptedServer { _, _ in
      .raw("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n")  // a tunnel to plain http
    }
    let error = failure("registry.example", over: proxy, isPlain: false)
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("it may speak plain http") == true)
    #expect(error?.remedy == .usePlainHTTP)
    #expect(proxy.targets == ["CONNECT registry.example:443"])
    #expect(!proxy.hasSeenPassword)
  }

  @Test func `docker.io is reached at the host of Docker Hub's registry`() throws {
    let proxy = try ScriptedServer { _, _ in .whole(403) }
    #expect(failure("docker.io", over: proxy, isPlain: false)?.code == .unreachable)
    #expect(proxy.targets == ["CONNECT registry-1.docker.io:443"])
  }

  @Test func `a registry elsewhere gets the password over plain http with the option`() throws {
    let proxy = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(401, [basicChallenge]) : .whole(401)
    }
    #expect(failure("registry.example:5000", over: proxy, isPlain: true)?.code == .refused)
    #expect(
      proxy.targets == [
        "GET http://registry.example:5000/v2/", "GET http://registry.example:5000/v2/",
      ])
  }
}
