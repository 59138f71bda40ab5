import Foundation
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

private let goodToken = #"{"token":"good-token","expires_in":300}"#

struct `A registry with a token server` {
  @Test(arguments: [
    goodToken, #"{"access_token":"good-token"}"#, #"{"token":"good-token","access_token":"other"}"#,
    #"{"token":"","access_token":"good-token"}"#, #"{"token":null,"access_token":"good-token"}"#,
    #"{"issued_at":"2026-01-01T00:00:00Z","nested":{"token":"bad"},"token":"good\u002dtoken"}"#,
  ])
  func `accepts the password and then the token`(_ answer: String) throws {
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
  func `may say how long its tokens are good for`(_ text: String, _ lifetime: Int64?) throws {
    let server = try tokenRegistry { _ in
      .whole(200, [], #"{"token":"good-token","expires_in":\#(text)}"#)
    }
    #expect(try server.tryLogin().tokenLifetime == lifetime)
  }

  @Test func `gets the user name percent-encoded`() throws {
    let server = try tokenRegistry(realm: "/token") { _ in .whole(200, [], goodToken) }
    _ = try server.tryLogin(username: "robot$a+b&scope=x y")
    let target =
      "/token?service=registry.test&account=robot%24a%2Bb%26scope%3Dx%20y&client_id=vault"
    #expect(server.requests.dropFirst().first?.target == target)
  }

  @Test(arguments: [401, 403])
  func `refuses a wrong password there`(_ status: Int) throws {
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

  @Test func `may refuse the token that its server gave`() throws {
    let server = try tokenRegistry { _ in .whole(200, [], #"{"token":"anonymous"}"#) }
    #expect(server.failedLogin()?.code == .refused)
    #expect(server.requests.last?.authorization == "Bearer anonymous")
  }

  @Test(arguments: [
    "{}", #"{"token":""}"#, #"{"token":7}"#, #"{"token":null}"#, #"{"refresh_token":"good-token"}"#,
  ])
  func `without a token in the answer is not reached`(_ answer: String) throws {
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
  func `with a malformed answer is not reached`(_ answer: String) throws {
    let server = try tokenRegistry { _ in .whole(200, [], answer) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("good-token") == false)
    #expect(error?.message.hasPrefix("cannot read the answer of the token server") == true)
    #expect(server.requests.count == 2)
  }

  @Test(arguments: ["good\\r\\nX-Injected: 1", "a b", "a\\u0000", "t\\u00f6ken", "\\u007f"])
  func `cannot put a header into our request by its token`(_ token: String) throws {
    let server = try tokenRegistry { _ in .whole(200, [], #"{"token":"\#(token)"}"#) }
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(server.requests.count == 2)
  }

  @Test(arguments: [500, 502, 404, 429, 204])
  func `that fails did not refuse`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status, [], "") }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    if status != 204 { #expect(error?.message.contains("status \(status)") == true) }
  }

  @Test func `is preferred to a password where both are offered`() throws {
    let server = try ScriptedServer { request, port in
      if request.target.hasPrefix("/token") { return .whole(200, [], goodToken) }
      if request.authorization == "Bearer good-token" { return .whole(200) }
      let realm = "http://127.0.0.1:\(port)/token"
      return .whole(401, [("WWW-Authenticate", "Basic realm=x, Bearer realm=\"\(realm)\"")])
    }
    #expect(try server.tryLogin().verdict == .accepted)
    #expect(server.targets[1] == "GET /token?account=alice&client_id=vault")
  }

  @Test func `that is not named leaves the password where that is offered`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Bearer service=s, Basic realm=x")])
    }
    #expect(try server.tryLogin().verdict == .accepted)
  }
}

struct `An identity token` {
  @Test func `goes to the token server in a form`() throws {
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
  func `that is no longer good is refused`(_ status: Int, _ body: String) throws {
    let server = try tokenRegistry { _ in .whole(status, [], body) }
    let error = server.failedLogin(username: "<token>")
    #expect(error?.code == .refused)
    #expect(error?.message.contains("refused the identity token") == true)
  }

  @Test(arguments: [404, 405, 400])
  func `is not refused by a server that knows no such tokens`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status) }
    #expect(server.failedLogin(username: "<token>")?.code == .unreachable)
  }

  @Test(arguments: [302, 307, 308])
  func `follows no redirect`(_ status: Int) throws {
    let server = try tokenRegistry { _ in .whole(status, [("Location", "/token2")]) }
    #expect(server.failedLogin(username: "<token>")?.code == .unreachable)
    #expect(server.requests.count == 2)
  }
}

struct `A token server that must not get the password` {
  /// Another server, which must see nothing.
  private func stranger() throws -> ScriptedServer {
    try ScriptedServer(address: "127.0.0.2") { _, _ in .whole(200, [], goodToken) }
  }

  private func registry(realm: String) throws -> ScriptedServer {
    try ScriptedServer { _, _ in .whole(401, [bearer(realm)]) }
  }

  @Test func `is one elsewhere over plain http`() throws {
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
  func `is one with an address that is none or means another host`(_ realm: String) throws {
    let server = try registry(realm: realm)
    #expect(server.failedLogin()?.code == .unreachable)
    #expect(server.requests.count == 1)
  }

  @Test func `is one that is not named`() throws {
    let server = try ScriptedServer { _, _ in
      .whole(401, [("WWW-Authenticate", "Bearer service=\"s\"")])
    }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("does not say where to get one (no realm)") == true)
    #expect(server.requests.count == 1)
  }
}
