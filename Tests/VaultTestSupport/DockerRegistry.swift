/// Debian's docker-registry on loopback, on a free port, until nothing holds it any more.
package final class DockerRegistry {
  /// How it asks who is there.
  package enum Authentication {
    /// It does not.
    case none
    /// Basic: the registry itself checks.
    case basic(user: String, password: String)
    /// Bearer: a token server checks.
    case bearer(TokenServer)
    /// Bearer: a token server behind TLS checks.
    case bearerOverTLS(TokenServer, TLSFront)
  }

  private let folder: TemporaryFolder
  private let process: ChildProcess
  private let tokenServer: TokenServer?
  private let front: TLSFront?
  private let certificates: Certificates?
  /// Its address and port.
  package let host: String
  /// Who says yes or no to a password: its token server, or else the registry itself.
  package var judge: String { front?.host ?? tokenServer?.host ?? host }
  /// The address for `vault`.
  package var uri: String { "docker://" + host }

  /// Starts a registry and waits until it answers.
  ///
  /// - Parameters:
  ///   - authentication: How it asks who is there.
  ///   - address: The address that it listens on; one of IPv6 in brackets.
  ///   - certificates: What it shows; nil for plain http.
  /// - Throws: Where it does not start.
  package init(
    _ authentication: Authentication, address: String = "127.0.0.1",
    certificates: Certificates? = nil
  ) throws {
    folder = try TemporaryFolder()
    self.certificates = certificates
    switch authentication {
    case .bearer(let server): (tokenServer, front) = (server, nil)
    case .bearerOverTLS(let server, let front): (tokenServer, self.front) = (server, front)
    case .none, .basic: (tokenServer, front) = (nil, nil)
    }
    let tls = certificates.map {
      ", tls: {certificate: \"\($0.server)\", key: \"\($0.serverKey)\"}"
    }
    let authText = try Self.configuration(of: authentication, in: folder)

    // It cannot be told to choose a free port itself, so another is tried where one is taken.
    for _ in 0..<20 {
      let host = "\(address):\(Int.random(in: 20_000...32_000))"
      let configuration = folder.path("config.yml")
      try writeFile(
        configuration,
        """
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: "\(folder.path("storage"))"}}
        http: {addr: "\(host)", secret: "only for tests"\(tls ?? "")}
        \(authText)
        """)
      let log = try OpenFile.unnamed()
      let process = try ChildProcess(
        ["docker-registry", "serve", configuration], environment: Command.plainEnvironment,
        descriptors: [try OpenFile(reading: "/dev/null"), log, log],
        inOwnSession: false)
      let isUp = try waitFor("docker-registry", atMost: 20) { () -> Bool? in
        let text = String(decoding: try log.bytes(), as: UTF8.self)
        if text.contains("listening on \(host)") { return true }
        guard process.poll() != nil else { return nil }
        guard text.contains("address already in use") else {
          throw TestFailure("docker-registry did not start: \(text)")
        }
        return false
      }
      if isUp {
        self.host = host
        self.process = process
        return
      }
    }
    throw TestFailure("found no free port for docker-registry")
  }

  private static func configuration(
    of authentication: Authentication, in folder: TemporaryFolder
  ) throws -> String {
    switch authentication {
    case .none:
      return ""
    case .basic(let user, let password):
      var htpasswd = Command(["htpasswd", "-Bin", user])
      htpasswd.input = Array(password.utf8)
      let made = try htpasswd.run()
      guard made.status == 0 else { throw TestFailure("htpasswd failed: \(made.errors)") }
      try writeFile(folder.path("htpasswd"), made.outputBytes)
      return "auth: {htpasswd: {realm: tests, path: \"\(folder.path("htpasswd"))\"}}"
    case .bearer(let server), .bearerOverTLS(let server, _):
      var realm = server.realm
      if case .bearerOverTLS(_, let front) = authentication {
        realm = "https://\(front.host)/token"
      }
      return """
        auth:
          token:
            realm: "\(realm)"
            service: "\(TokenServer.service)"
            issuer: "\(TokenServer.issuer)"
            rootcertbundle: "\(server.certificate)"
        """
    }
  }

  /// A loopback address where nothing listens.
  package static func unusedURI() throws -> String {
    let registry = try DockerRegistry(.none)
    let uri = registry.uri
    registry.stop()
    return uri
  }

  /// Stops it.
  package func stop() {
    process.signal(9)
    _ = try? process.wait(atMost: 10)
  }
}
