import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import VaultCLI

private let basic = "Basic " + Data("u:right".utf8).base64EncodedString()
private let basicChallenge = ("WWW-Authenticate", "Basic realm=x")

/// A registry that takes one password.
private func registry() throws -> ScriptedServer {
  try ScriptedServer { request, _ in
    switch request.authorization {
    case nil: .whole(401, [basicChallenge])
    case basic: .whole(200)
    default: .whole(401, [basicChallenge], #"{"errors":[{"message":"no such user"}]}"#)
    }
  }
}

struct CheckCommandTests {
  private let world: TestWorld

  init() throws {
    world = try TestWorld()
    try world.makeVault()
  }

  /// The address of a server; the list shows addresses of this machine as insecure.
  private func logIn(
    _ server: ScriptedServer, _ prefix: String = "", with secret: String = "right"
  ) throws {
    let login = try world.logIn("127.0.0.1:\(server.port)\(prefix)", with: secret)
    #expect(login.status == 0, "\(login.errors)")
  }

  @Test func `each login gets its verdict, and the worst one decides how it ends`() throws {
    let good = try registry()
    let open = try ScriptedServer { _, _ in .whole(200) }
    let gone = try ScriptedServer { request, _ in
      request.authorization == nil
        ? .whole(401, [basicChallenge])
        : .whole(403, [], #"{"errors":[{"message":"Your token has expired. Log in again."}]}"#)
    }
    let broken = try ScriptedServer { _, _ in .whole(500) }
    try logIn(good)
    try logIn(open)
    try logIn(broken)
    let unsure = try world.run("registry", "check")
    #expect(unsure.status == 69)
    try logIn(gone)
    try logIn(good, "/team", with: "wrong")
    let check = try world.run("registry", "check")
    #expect(check.status == 77)
    let urls = [good, open, broken, gone].map { "127.0.0.1:\($0.port)" }
    var rows = check.output.split(separator: "\n").map { line in
      line.split(separator: " ").map(String.init).joined(separator: " ")
    }
    #expect(rows.removeFirst() == "URI USER RESULT EXPIRES REASON")
    // Ordered by port, which is any free one.
    #expect(
      rows.sorted()
        == [
          "docker://\(urls[0]) u holds - -",
          "docker://\(urls[1]) u open registry - -",
          "docker://\(urls[2]) u unreachable - http://\(urls[2])/v2/ answered with status 500: "
            + "try again later",
          "docker://\(urls[3]) u expired - http://\(urls[3]) refused the user name or the password: "
            + "Your token has expired. Log in again.",
          "docker://\(urls[0])/team u refused - http://\(urls[0]) refused the user name or the "
            + "password: no such user",
        ].sorted())
    #expect(check.errors == "FATAL:   2 of 5 logins do not hold any more: log in again\n")
  }

  @Test func `a registry is asked once how it wants to be asked, however many logins it has`()
    throws
  {
    let good = try registry()
    for number in 0..<20 { try logIn(good, "/p\(number)") }
    #expect(try world.run("registry", "check", "-q").status == 0)
    #expect(good.requests.filter { $0.authorization == nil }.count == 1)
    #expect(good.requests.filter { $0.authorization == basic }.count == 20)
  }

  @Test func `the verdicts of a check are kept in the list, in one write`() throws {
    let good = try registry()
    let token = try ScriptedServer { request, _ in
      request.authorization == nil ? .whole(401, [basicChallenge]) : .whole(200)
    }
    try logIn(good)
    try logIn(good, "/team", with: "wrong")
    // {"alg":"none"} and {"exp":1893456000}: the first second of 2030.
    try logIn(token, with: "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.")
    let before = try generation()
    world.now = 1_800_000_123
    #expect(try world.run("registry", "check").status == 77)
    #expect(try generation() == before + 1)
    let list = try world.run("registry", "list", "--long").output.split(separator: "\n")
    func line(_ address: String) throws -> Substring {
      try #require(list.first { $0.hasPrefix("docker://127.0.0.1:\(address) ") })
    }
    #expect(try line("\(good.port)").hasSuffix("-                     2027-01-15T08:02:03Z"))
    #expect(try line("\(good.port)/team").hasSuffix("-                     -"))
    #expect(try line("\(token.port)").hasSuffix("2030-01-01T00:00:00Z  2027-01-15T08:02:03Z"))
    // Asked again in the same second, there is nothing new to write.
    _ = try world.run("registry", "check")
    #expect(try generation() == before + 1)
  }

  private func generation() throws -> Int {
    let status = try world.run("status").output
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Generation") })
    return try #require(Int(line.split(separator: " ")[1]))
  }

  @Test func `'vault registry check' as JSON has the documented shape`() throws {
    let good = try registry()
    try logIn(good)
    try logIn(good, "/team", with: "wrong")
    let check = try world.run("registry", "check", "--format", "json")
    let url = "127.0.0.1:\(good.port)"
    #expect(
      check.output == """
        [
          {
            "result" : "holds",
            "store" : "sealed",
            "uri" : "docker://\(url)",
            "username" : "u"
          },
          {
            "reason" : "http://\(url) refused the user name or the password: no such user",
            "result" : "refused",
            "store" : "sealed",
            "uri" : "docker://\(url)/team",
            "username" : "u"
          }
        ]

        """)
  }

  @Test func `only the logins that are named are asked for`() throws {
    let good = try registry()
    let other = try registry()
    try logIn(good)
    try logIn(other, with: "wrong")
    let check = try world.run("registry", "check", "127.0.0.1:\(good.port)/team/app")
    #expect(check.status == 0)
    #expect(check.output.contains("docker://127.0.0.1:\(good.port)  u     holds"))
    #expect(other.requests.isEmpty)
    let none = try world.run("registry", "check", "elsewhere.example")
    #expect(none.status == 1)
    #expect(none.errors.contains("there is no login to elsewhere.example"))
    #expect(try world.run("registry", "check", "a b").status == 64)
  }

  @Test func `logins that lie in the clear are asked for too, and stay as they are`() throws {
    let good = try registry()
    let stored = try world.run(
      "registry", "login", "-u", "u", "--password-stdin", "--no-verify", "--store", "remote-yaml",
      "127.0.0.1:\(good.port)", input: "right")
    #expect(stored.status == 0, "\(stored.errors)")
    let before = try readFile(world.path(".apptainer/remote.yaml"))
    let check = try world.run("registry", "check", "--format", "json")
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("\"result\" : \"holds\""))
    #expect(check.output.contains("\"store\" : \"remote-yaml\""))
    #expect(try readFile(world.path(".apptainer/remote.yaml")) == before)
  }

  @Test func `without logins there is nothing to ask`() throws {
    let check = try world.run("registry", "check")
    #expect(check.status == 0)
    #expect(check.output == "\nURI  USER  RESULT  EXPIRES  REASON\n")
    #expect(try world.run("registry", "check", "--format", "json").output == "[]\n")
  }

  @Test func `a token that says that its time is over is said to have expired`() throws {
    let good = try registry()
    try logIn(good, with: "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.")
    let check = try world.run("registry", "check")
    #expect(check.status == 77)
    #expect(check.output.contains("u     expired  2023-11-14T22:13:20Z"))
  }

  @Test func `a login that was made over TLS never goes out without, whatever is asked for`() throws
  {
    let good = try registry()
    let login = try world.run(
      "registry", "login", "-u", "u", "--password-stdin", "--no-verify", "registry.invalid",
      input: "right")
    #expect(login.status == 0)
    world.variables["http_proxy"] = "http://127.0.0.1:\(good.port)"
    let check = try world.run("registry", "check", "--insecure", "--no-tls-verify")
    #expect(check.status == 69)
    #expect(good.requests.isEmpty)
  }
}
