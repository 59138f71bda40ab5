import Glibc
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

private let basicChallenge = ("WWW-Authenticate", "Basic realm=\"x\"")

struct `Redirects` {
  @Test(arguments: [301, 302, 303, 307, 308])
  func `with a credential are not followed to another server`(_ status: Int) throws {
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

  @Test func `of a token server are not followed to another server`() throws {
    let stranger = try ScriptedServer(address: "127.0.0.2") { _, _ in
      .whole(200, [], #"{"token":"good-token"}"#)
    }
    let server = try tokenRegistry { _ in
      .whole(302, [("Location", "http://127.0.0.2:\(stranger.port)/token")])
    }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(stranger.requests.isEmpty)
  }

  @Test func `within the server are followed with the credential`() throws {
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

  @Test func `end after five`() throws {
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
  func `without a credential lead nowhere else over plain http`(_ location: String) throws {
    let server = try ScriptedServer { _, _ in .whole(302, [("Location", location)]) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("redirects to") == true)
    #expect(server.requests.count == 1)
  }
}

struct `Answers that are none` {
  @Test(arguments: [Answer.endlessBody, .endlessHead, .endlessInterim])
  func `are cut off when they do not end`(_ answer: Answer) throws {
    let server = try ScriptedServer { _, _ in answer }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("endless answer") == true)
    #expect(!server.hasSeenPassword)
  }

  @Test func `of a token server are cut off too`() throws {
    let server = try tokenRegistry { _ in .endlessBody }
    #expect(server.failedLogin()?.message.contains("endless answer") == true)
  }

  @Test func `are waited for no longer than was asked for`() throws {
    let server = try ScriptedServer { _, _ in .silence }
    let start = ContinuousClock.now
    let error = server.failedLogin { $0.timeout = 1 }
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("no answer within 1 s; --timeout waits longer") == true)
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test(arguments: [
    "", "garbage", "HTTP/1.1", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 abc OK\r\n\r\n",
    "\u{0}\u{0}\u{0}", "SSH-2.0-OpenSSH_9.2\r\n",
  ])
  func `are said to be none`(_ answer: String) throws {
    let server = try ScriptedServer { _, _ in .raw(answer) }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(!server.hasSeenPassword)
  }

  @Test(arguments: [404, 500, 503, 418, 402, 304, 403])
  func `with another status are no registry's`(_ status: Int) throws {
    let server = try ScriptedServer { _, _ in .whole(status) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("answered with status \(status)") == true)
    #expect(!server.hasSeenPassword)
  }

  @Test func `may hold folded header lines and trailers`() throws {
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

struct `A server that cannot be reached` {
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

  @Test func `because nobody listens is named with the reason`() throws {
    var server: ScriptedServer? = try ScriptedServer { _, _ in .whole(200) }
    let port = try #require(server?.port)
    server = nil
    usleep(100_000)
    let error = failure("127.0.0.1:\(port)")
    #expect(error?.code == .unreachable)
    #expect(error?.message == "cannot reach https://127.0.0.1:\(port): Connection refused")
  }

  @Test func `because it has no address is named`() {
    let error = failure("registry.invalid")
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasPrefix("cannot reach https://registry.invalid: ") == true)
  }

  @Test(arguments: [
    "registry.example\r\nX-Injected: 1", "registry.example\n.com", "registry example",
    "registry.example\u{0}", "registry.example/v2/\r\n", "user:pw@registry.example",
  ])
  func `because its name would change the request is not asked`(_ address: String) {
    #expect(failure(address)?.code == .invalidInput)
  }

  @Test func `because a certificate file cannot be read is a matter of configuration`() {
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

struct `Plain http on this machine` {
  @Test func `is found without being asked for, and shown as not secure`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic ? .whole(200) : .whole(401, [basicChallenge])
    }
    let outcome = try server.tryLogin { $0.isPlainHTTP = false }
    #expect(outcome.verdict == .accepted)
    #expect(!outcome.isSecure)
  }

  @Test func `goes through no proxy`() throws {
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

struct `A registry elsewhere` {
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

  @Test func `is never spoken to over plain http unless that was asked for`() throws {
    let proxy = try ScriptedServer { _, _ in
      .raw("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n")  // a tunnel to plain http
    }
    let error = failure("registry.example", over: proxy, isPlain: false)
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("it may speak plain http: --insecure") == true)
    #expect(proxy.targets == ["CONNECT registry.example:443"])
    #expect(!proxy.hasSeenPassword)
  }

  @Test func `is Docker Hub's own under another name`() throws {
    let proxy = try ScriptedServer { _, _ in .whole(403) }
    #expect(failure("docker.io", over: proxy, isPlain: false)?.code == .unreachable)
    #expect(proxy.targets == ["CONNECT registry-1.docker.io:443"])
  }

  @Test func `gets the password over plain http where that was asked for`() throws {
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
