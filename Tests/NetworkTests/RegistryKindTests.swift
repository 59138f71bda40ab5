import Synchronization
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

/// Each kind of registry, by one server that behaves as the table says.
struct RegistryKindTests {
  @Test(arguments: RegistryKind.all)
  func `each kind of registry takes the right secret with the unchanged user name`(
    _ kind: RegistryKind
  ) throws {
    let server = try kind.start()
    let outcome = try server.tryLogin(username: kind.username, secret: kind.secret)
    #expect(outcome.verdict == .accepted)
    #expect(outcome.expires == kind.expires)
    let seen = server.requests.contains { $0.authorization == kind.basic }
    #expect(seen == (kind.form?["grant_type"] != "refresh_token"))
    // What the registry itself gets is the token alone, where there is one.
    let registry = server.requests.filter { $0.target == "/v2/" }
    #expect(
      registry.map(\.authorization) == [nil, kind.token == nil ? kind.basic : "Bearer good-token"])
  }

  @Test(arguments: RegistryKind.all)
  func `each kind of registry refuses a wrong secret in its own words`(_ kind: RegistryKind) throws
  {
    let server = try kind.start()
    let error = server.failedLogin(username: kind.username, secret: "wr0ng-secret")
    #expect(error?.code == .refused)
    // Azure's refresh token is tried as a password too, which this server takes by no method.
    #expect(error?.message.hasSuffix(kind.words) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: RegistryKind.all)
  func `a login at each kind of registry is checked again later`(_ kind: RegistryKind) throws {
    let server = try kind.start()
    let scope = try RegistryURI("127.0.0.1:\(server.port)").scope
    let record = CredentialRecord(
      key: .registry(scope), spellings: [], isSecure: false, username: kind.username, created: 1)
    var options = ConnectionOptions()
    options.isPlainHTTP = true
    let client = RegistryClient(options: options)
    let good = client.check(record, try SecretBytes(readable: kind.secret), now: 1_800_000_000)
    #expect(good == LoginCheck(verdict: .holds, reason: nil, expires: kind.expires))
    let wrong = client.check(record, try SecretBytes(readable: "wr0ng"), now: 1_800_000_000)
    #expect(wrong.verdict == (kind.isExpiry ? .expired : .refused))
    #expect(wrong.reason?.contains("wr0ng") == false)
  }

  @Test
  func `an identity token that cannot be posted is sent as the password of Azure's null user`()
    throws
  {
    let kind = try #require(RegistryKind.all.first { $0.name == "Azure, refresh token" })
    let server = try tokenRegistry { request in
      request.method == "GET" && request.authorization == kind.basic
        ? .whole(200, [], #"{"access_token":"good-token"}"#) : .whole(404)
    }
    #expect(
      try server.tryLogin(username: kind.username, secret: kind.secret).verdict == .accepted)
  }

  @Test func `a registry that requires a scope gets a second token`() throws {
    let server = try ScriptedServer { request, port in
      if request.target.hasPrefix("/token") {
        return request.target.contains("scope=registry%3Acatalog%3A%2A")
          ? .whole(200, [], #"{"token":"good-token"}"#) : .whole(200, [], #"{"token":"poor"}"#)
      }
      let realm = "Bearer realm=\"http://127.0.0.1:\(port)/token\""
      switch request.authorization {
      case "Bearer good-token": return .whole(200)
      case nil: return .whole(401, [("WWW-Authenticate", realm)])
      default:
        let more = ",error=\"insufficient_scope\",scope=\"registry:catalog:*\""
        return .whole(401, [("WWW-Authenticate", realm + more)])
      }
    }
    #expect(try server.tryLogin().verdict == .accepted)
    #expect(server.requests.count == 5)
  }

  @Test func `Basic is used if the offered token server is unusable`() throws {
    let stranger = try ScriptedServer(address: "127.0.0.2") { _, _ in .whole(200) }
    let server = try ScriptedServer { request, _ in
      if request.authorization == basic { return .whole(200) }
      return .whole(
        401,
        [
          bearer("http://127.0.0.2:\(stranger.port)/token"), ("WWW-Authenticate", "Basic realm=x"),
        ])
    }
    #expect(try server.tryLogin().verdict == .accepted)
    #expect(stranger.requests.isEmpty)
  }
}

struct BusyRegistryTests {
  @Test(arguments: [429, 503])
  func `a busy registry is asked again after the pause that it requests`(_ status: Int) throws {
    let server = try ScriptedServer { request, _ in
      request.authorization == nil
        ? .whole(401, [("WWW-Authenticate", "Basic realm=x")])
        : .whole(200)
    }
    let busy = try ScriptedServer { [requests = Counter()] request, _ in
      if requests.next() <= 2 { return .whole(status, [("Retry-After", "1")]) }
      return request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Basic realm=x")])
    }
    let clock = ContinuousClock()
    let start = clock.now
    _ = try server.tryLogin()
    let middle = clock.now
    #expect(try busy.tryLogin().verdict == .accepted)
    #expect(busy.requests.count == 4)
    #expect(clock.now - middle > middle - start + .seconds(1.5))
  }

  @Test(
    arguments: [
      ([("Retry-After", "60")], 1),
      (
        [
          ("Date", "Sun, 06 Nov 1994 23:59:00 GMT"),
          ("Retry-After", "Mon, 07 Nov 1994 00:00:01 GMT"),
        ], 1
      ),
      (
        [
          ("Date", "Thu, 29 Feb 2024 23:59:59 GMT"),
          ("Retry-After", "Fri, 01 Mar 2024 00:00:00 GMT"),
        ], 4
      ),
      ([("Retry-After", "Fri, 01 Mar 2024 00:00:00 GMT")], 4), ([("Retry-After", "soon")], 4),
      ([("Retry-After", "-1")], 4), ([], 4),
    ] as [([(String, String)], Int)])
  func `a busy registry is not awaited beyond the timeout`(
    _ headers: [(String, String)], _ tries: Int
  ) throws {
    let server = try ScriptedServer { _, _ in .whole(503, headers) }
    let clock = ContinuousClock()
    let time = clock.measure {
      let error = server.failedLogin()
      #expect(error?.code == .unreachable)
      #expect(error?.message.contains("answered with status 503: try again later") == true)
    }
    #expect(server.requests.count == tries)
    #expect(time < .seconds(tries == 1 ? 3 : 9))
  }
}

/// Counts, from any thread.
private final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
