import Foundation
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

private let goodToken = #"{"token":"good-token","expires_in":300}"#

struct TokenLoginTests {
  @Test(arguments: [
    goodToken, #"{"access_token":"good-token"}"#, #"{"token":"good-token","access_token":"other"}"#,
    #"{"token":"","access_token":"good-token"}"#, #"{"token":null,"access_token":"good-token"}"#,
    #"{"issued_at":"2026-01-01T00:00:00Z","nested":{"token":"bad"},"token":"good\u002dtoken"}"#,
  ])
  func `a registry with a token server accepts the password and then the token`(_ answer: String)
    throws
  {
    let server = try tokenRegistry { request in
      request.authorization == basic ? .whole(200, [], answer) : .whole(401)
    }
    let outcome = try server.tryLogin()
    #expect(outcome.verdict == .accepted)
    #expect(
      server.targets == [
        "GET /v2/",
        "GET /token?fixed=1&service=registry.test&account=alice&client_id=vault",
        "GET /v2/",
      ])
    #expect(server.requests.map(\.authorization) == [nil, basic, "Bearer good-token"])
  }

  @Test(
    arguments: [
      ("300", 300), ("0", nil), ("-1", nil), ("\"300\"", nil), ("null", nil), ("1e3", nil),
      ("[]", nil),
      ("99999999999999999999", nil),
    ] as [(String, Int64?)])
  func `a token server may state the lifetime of its tokens`(_ text: String, _ lifetime: Int64?)
    throws
  {
    let server = try tokenRegistry { _ in
      .whole(200, [], #"{"token":"good-token","expires_in":\#(text)}"#)
    }
    #expect(try server.tryLogin().tokenLifetime == lifetime)
  }

  @Test func `a token server gets the user name percent-encoded`() throws {
    let server = try tokenRegistry(realm: "/token") { _ in .whole(200, [], goodToken) }
    _ = try server.tryLogin(username: "robot$a+b&scope=x y")
    let target =
      "/token?service=registry.test&account=robot%24a%2Bb%26scope%3Dx%20y&client_id=vault"
    #expect(server.requests.dropFirst().first?.target == target)
  }

  @Test(arguments: [401, 403])
  func `a token server refuses a wrong password`(_ status: Int) throws {
    let server = try tokenRegistry { _ in
      .whole(status, [], #"{"details":"incorrect username or password"}"#)
    }
    let error = server.failedLogin()
    #expect(error?.code == .refused)
    #expect(
      error?.message
        == "http://127.0.0.1:\(server.port) refused the user name or the password: "
        + "incorrect username or password")
    #expect(server.requests.count == 2)
  }

  @Test func `a registry may refuse the token that its server issued`() throws {
    let server = try tokenRegistry { _ in .whole(200, [], #"{"token":"anonymous"}"#) }
    #expect(server.failedLogin()?.code == .refused)
    #expect(server.requests.last?.authorization == "Bearer anonymous")
  }

  @Test(arguments: [
    "{}", #"{"token":""}"#, #"{"token":7}"#, #"{"token":null}"#, #"{"refresh_token":"good-token"}"#,
  ])
  func `a token response without a token is not a login`(_ answer: String) throws {
    let server = try tokenRegistry { _ in .whole(200, [], answer) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(
      error?.message == "the token server http://127.0.0.1:\(server.port) gave no token")
  }

  @Test(arguments: [
    #"{"token":"good-token"#, #"{"token":"good-token","#, "", "<html>", #"["good-token"]"#,
    #"{"token":"good-token"} x"#, #"{"token":"good-token","token":"good-token"}"#,
    #"{"token":"good-token\uD800"}"#,
  ])
  func `a malformed token response is not a login`(_ answer: String) throws {
    let server = try tokenRegistry { _ in .whole(200, [], answer) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("good-token") == false)
    #expect(error?.message.hasPrefix("cannot read the answer of the token server") == true)
    #expect(server.requests.count == 2)
  }

  @Test(arguments: ["good\\r\\nX-Injected: 1", "a b", "a\\u0000", "t\\u00f6ken", "\\u007f"])
  func `a token cannot add a header to our request`(_ token: String) throws {
    let server = try tokenRegistry { _ in .whole(200, [], #"{"token":"\#(token)"}"#) }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(server.requests.count == 2)
  }

  @Test(arguments: [500, 502, 404, 429, 204])
  func `a token server that fails has not refused the password`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status, [], "") }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    if status != 204 { #expect(error?.message.contains("status \(status)") == true) }
  }

  @Test func `Bearer is preferred to Basic if both are offered`() throws {
    let server = try ScriptedServer { request, port in
      if request.target.hasPrefix("/token") { return .whole(200, [], goodToken) }
      if request.authorization == "Bearer good-token" { return .whole(200) }
      let realm = "http://127.0.0.1:\(port)/token"
      return .whole(401, [("WWW-Authenticate", "Basic realm=x, Bearer realm=\"\(realm)\"")])
    }
    #expect(try server.tryLogin().verdict == .accepted)
    #expect(server.targets[1] == "GET /token?account=alice&client_id=vault")
  }

  @Test func `Basic is used if Bearer names no token server`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Bearer service=s, Basic realm=x")])
    }
    #expect(try server.tryLogin().verdict == .accepted)
  }
}

struct IdentityTokenTests {
  @Test func `an identity token is posted to the token server as a form`() throws {
    let server = try tokenRegistry { request in
      request.method == "POST" ? .whole(200, [], #"{"access_token":"good-token"}"#) : .whole(405)
    }
    #expect(try server.tryLogin(username: "<token>").verdict == .accepted)
    let post = try #require(server.requests.dropFirst().first)
    #expect(post.method == "POST")
    #expect(post.target == "/token?fixed=1")
    #expect(post.authorization == nil)
    #expect(post.headers["content-type"] == "application/x-www-form-urlencoded")
    #expect(
      post.body
        == "grant_type=refresh_token&client_id=vault&service=registry.test"
        + "&refresh_token=s3cr3t%20Pa55%2Fw%C3%B6rd%2B%25")
    #expect(server.requests.last?.authorization == "Bearer good-token")
  }

  @Test(arguments: [(401, "{}"), (400, #"{"error":"invalid_grant"}"#)])
  func `an expired identity token is refused`(_ status: Int, _ body: String) throws {
    let server = try tokenRegistry { _ in .whole(status, [], body) }
    let error = server.failedLogin(username: "<token>")
    #expect(error?.code == .refused)
    #expect(error?.message.contains("refused the identity token") == true)
  }

  @Test(arguments: [404, 405, 400])
  func `a server without identity tokens does not refuse one`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status) }
    #expect(server.failedLogin(username: "<token>")?.code == .unreachable)
  }

  @Test(arguments: [302, 307, 308])
  func `a request with an identity token follows no redirect`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status, [("Location", "/token2")]) }
    #expect(server.failedLogin(username: "<token>")?.code == .unreachable)
    #expect(server.requests.count == 2)
  }
}

struct UntrustedTokenServerTests {
  /// Another server, which must see nothing.
  private func stranger() throws -> ScriptedServer {
    try ScriptedServer(address: "127.0.0.2") { _, _ in .whole(200, [], goodToken) }
  }

  private func registry(realm: String) throws -> ScriptedServer {
    try ScriptedServer { _, _ in .whole(401, [bearer(realm)]) }
  }

  @Test func `a token server elsewhere over plain http does not get the password`() throws {
    let stranger = try stranger()
    let server = try registry(realm: "http://127.0.0.2:\(stranger.port)/token")
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("nothing was sent there") == true)
    #expect(stranger.requests.isEmpty)
    #expect(!server.hasSeenPassword)
  }

  @Test(arguments: [
    "", "token", "/token", "ftp://127.0.0.1/token", "file:///etc/passwd",
    "https://user:pw@127.0.0.1/token", "http://127.0.0.1@127.0.0.2/token", "http://127.1/token",
    "http://2130706433/token", "http://127.0.0.1.example.com/token",
  ])
  func `a token server with a malformed or ambiguous address does not get the password`(
    _ realm: String
  ) throws {
    let server = try registry(realm: realm)
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("pw@") == false)
    #expect(server.requests.count == 1)
  }

  @Test func `a missing token server does not get the password`() throws {
    let server = try ScriptedServer { _, _ in
      .whole(401, [("WWW-Authenticate", "Bearer service=\"s\"")])
    }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("does not say where to get one (no realm)") == true)
    #expect(server.requests.count == 1)
  }
}
