import Foundation
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

private let basicChallenge = ("WWW-Authenticate", #"Basic realm="Registry Realm""#)

struct PasswordLoginTests {
  @Test func `the right password is accepted, and sent only after a challenge`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic ? .whole(200) : .whole(401, [basicChallenge])
    }
    let outcome = try server.tryLogin()
    #expect(outcome.verdict == .accepted)
    #expect(!outcome.isSecure)
    #expect(outcome.expires == nil)
    #expect(server.targets == ["GET /v2/", "GET /v2/"])
    #expect(server.requests.map(\.authorization) == [nil, basic])
    #expect(server.requests.allSatisfy { $0.headers["user-agent"] == "vault" })
    #expect(server.requests.allSatisfy { $0.headers["accept-encoding"] == nil })
  }

  @Test(arguments: [401, 403])
  func `a registry refuses a wrong password`(_ status: Int) throws {
    let server = try ScriptedServer { request, _ in
      guard request.authorization != nil else { return .whole(401, [basicChallenge]) }
      return .whole(
        status, [basicChallenge],
        #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}"#)
    }
    let error = server.failedLogin()
    #expect(error?.code == .refused)
    #expect(
      error?.message
        == "http://127.0.0.1:\(server.port) refused the user name or the password: "
        + "authentication required")
  }

  @Test func `a registry that answers with an error has not refused the password`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(401, [basicChallenge]) : .whole(500)
    }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(
      error?.message
        == "http://127.0.0.1:\(server.port)/v2/ answered with status 500: try again later")
  }

  @Test func `a registry with Basic authentication takes no identity token`() throws {
    let server = try ScriptedServer { _, _ in .whole(401, [basicChallenge]) }
    #expect(server.failedLogin(username: "<token>")?.code == .refused)
    #expect(server.requests.count == 1)
    #expect(!server.hasSeenPassword)
  }

  @Test(arguments: ["al:ice", "alice\r\nX-Other: 1", "alice\u{0}", ":"])
  func `a user name that cannot be sent is refused before any request`(_ username: String) throws {
    let server = try ScriptedServer { _, _ in .whole(401, [basicChallenge]) }
    let error = server.failedLogin(username: username)
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("\r") == false)
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: [
    "robot$project+name", "AWS", "_json_key", "org+bot", "$oauthtoken", "jürgen", "a@b.c",
  ])
  func `a registry gets user names unchanged`(_ username: String) throws {
    let expected = "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
    let server = try ScriptedServer { request, _ in
      request.authorization == expected ? .whole(200) : .whole(401, [basicChallenge])
    }
    #expect(try server.tryLogin(username: username).verdict == .accepted)
  }

  @Test func `a registry gets a password of the greatest length`() throws {
    let long = String(repeating: "pä\"\\ß", count: SecretBytes.longestSecret / 8)
    let expected = "Basic " + Data("alice:\(long)".utf8).base64EncodedString()
    let server = try ScriptedServer { request, _ in
      request.authorization == expected ? .whole(200) : .whole(401, [basicChallenge])
    }
    #expect(try server.tryLogin(secret: long).verdict == .accepted)
  }

  @Test func `Basic is recognised in lower case, after other schemes and in several headers`()
    throws
  {
    let server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200)
        : .whole(401, [("WWW-Authenticate", "Negotiate"), ("www-authenticate", "basic realm=x")])
    }
    #expect(try server.tryLogin().verdict == .accepted)
  }

  @Test(
    arguments: [
      ([], "Basic or Bearer)"), ([("WWW-Authenticate", "Negotiate, NTLM")], "negotiate, ntlm"),
      ([("WWW-Authenticate", "\u{1B}[31m")], "(Basic or Bearer): 31m"),
    ] as [([(String, String)], String)])
  func `a registry that offers no known scheme is not reported as a refusal`(
    _ headers: [(String, String)], _ end: String
  ) throws {
    let server = try ScriptedServer { _, _ in .whole(401, headers) }
    let error = server.failedLogin()
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix(end) == true)
    #expect(!server.hasSeenPassword)
  }

  @Test func `a login shows the expiry that its token contains`() throws {
    let claims = Data(#"{"exp":1893456000}"#.utf8).base64EncodedString().replacing("=", with: "")
    let server = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(401, [basicChallenge]) : .whole(200)
    }
    #expect(try server.tryLogin(secret: "e30.\(claims).c2ln").expires == 1_893_456_000)
  }
}

struct OpenRegistryTests {
  @Test func `a login to an open registry says that the password was not checked`() throws {
    let server = try ScriptedServer { _, _ in .whole(200, [], "{}") }
    #expect(try server.tryLogin().verdict == .notAsked)
    #expect(server.requests.map(\.authorization) == [nil, basic])
  }

  @Test func `an open registry that refuses a wrong password has refused it`() throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(200) : .whole(401)
    }
    #expect(server.failedLogin()?.code == .refused)
  }

  @Test func `an open registry gets no identity token`() throws {
    let server = try ScriptedServer { _, _ in .whole(200) }
    #expect(try server.tryLogin(username: "<token>").verdict == .notAsked)
    #expect(server.requests.count == 1)
    #expect(!server.hasSeenPassword)
  }
}

struct RegistryWordsTests {
  private func words(_ body: String) throws -> String? {
    let server = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(401, [basicChallenge]) : .whole(401, [], body)
    }
    let message = server.failedLogin()?.message
    let start = "http://127.0.0.1:\(server.port) refused the user name or the password"
    #expect(message?.hasPrefix(start) == true)
    return message.map { String($0.dropFirst(start.count)) }
  }

  @Test(arguments: [
    (#"{"errors":[{"code":"DENIED"}]}"#, ": DENIED"),
    (#"{"errors":[{"message":"no"},{"message":"never"}]}"#, ": no"),
    (#"{"details":"incorrect username or password"}"#, ": incorrect username or password"),
    (#"{"error":"invalid","error_description":"try again"}"#, ": try again"),
    (#"{"errors":[]}"#, ""), (#"{"errors":["x",1,null]}"#, ""),
    (#"{"errors":{"message":"x"}}"#, ""),
    (#"{"details":7}"#, ""), ("", ""), ("<html>denied</html>", ""), (#"{"details":"cut"#, ""),
    (#"{"details":"\u001b[2Jgone\r\n\u202eback"}"#, #": \u{1b}[2Jgone\u{d}\u{a}\u{202e}back"#),
  ])
  func `a registry's error message is shown without control characters`(
    _ body: String, _ expected: String
  ) throws {
    #expect(try words(body) == expected)
  }

  @Test func `a registry's long error message is shortened`() throws {
    let long = String(repeating: "ab", count: 1000)
    let shown = try words(#"{"details":"\#(long)"}"#)
    #expect(shown == ": \(long.prefix(199))…")
  }

  @Test(arguments: [password, String(basic.dropFirst(6))])
  func `a registry's error message that contains the password is not shown`(_ secret: String) throws
  {
    #expect(try words(#"{"details":"wrong: \#(secret)!"}"#) == "")
  }
}
