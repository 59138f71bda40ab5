import Testing
import VaultTestSupport

/// Logins to Debian's docker-registry over TLS, with client certificates, through a proxy and on IPv6.
struct RealRegistryTests {
  private let home: VaultHome
  private let before: [UInt8]

  init() throws {
    home = try VaultHome.withVault()
    before = try readFile(home.vaultFile)
  }

  private func basic(
    address: String = "127.0.0.1", _ certificates: Certificates? = nil
  ) throws -> DockerRegistry {
    try DockerRegistry(
      .basic(user: "alice", password: "right"), address: address, certificates: certificates)
  }

  private func logIn(
    _ host: String, with password: String = "right", _ options: String...
  ) throws -> Outcome {
    try home.command(
      ["registry", "login", "-v", "-u", "alice", "--password-stdin"] + options + [host],
      input: password
    ).run()
  }

  /// Lays a file into the folder of certificates for a host.
  private func lay(_ file: String, for host: String, as name: String) throws {
    for folder in ["", "/containers", "/containers/certs.d", "/containers/certs.d/\(host)"] {
      try? makeFolder(home.path(".config" + folder))
    }
    try writeFile(home.path(".config/containers/certs.d/\(host)/\(name)"), try readFile(file))
  }

  private func expectHeld(_ host: String) throws {
    #expect(try home.secret(of: host) == "right")
    #expect(try home.vault("registry", "list").output.contains("docker://\(host)  ✓\n"))
  }

  // MARK: TLS with a CA of our own

  @Test func `a login over TLS needs a known issuer, from any source`() throws {
    let certificates = try Certificates()
    let registry = try basic(certificates)
    let unknown = try logIn(registry.host)
    #expect(unknown.status == 69)
    #expect(
      unknown.errors.contains("https://\(registry.host) has a certificate from an unknown issuer"))
    #expect(unknown.errors.contains("--cacert FILE"))
    #expect(try readFile(home.vaultFile) == before)

    let named = try logIn(registry.host, "--cacert", certificates.issuer)
    #expect(named.status == 0, "\(named.errors)")
    try expectHeld(registry.host)
    #expect(try logIn(registry.host, with: "wrong", "--cacert", certificates.issuer).status == 77)
    #expect(try logIn(registry.host, "--cacert", "/nonexistent").status == 78)

    home.environment["SSL_CERT_FILE"] = certificates.issuer
    #expect(try logIn(registry.host).status == 0)
    home.environment["SSL_CERT_FILE"] = nil
    #expect(try logIn(registry.host).status == 69)
    try lay(certificates.issuer, for: registry.host, as: "ca.crt")
    #expect(try logIn(registry.host).status == 0)
    #expect(try home.vault("registry", "check").status == 0)
  }

  @Test func `a login without a check of the certificate is marked and reported`() throws {
    let registry = try basic(try Certificates())
    let login = try logIn(registry.host, "--no-tls-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(try home.vault("registry", "list").output.contains("docker://\(registry.host)  ✗!\n"))
  }

  @Test func `a login by token over TLS is refused by the token server if the password is wrong`()
    throws
  {
    let certificates = try Certificates()
    let server = try TokenServer(user: "alice", password: "right")
    let front = try TLSFront(before: server.host, certificates)
    let registry = try DockerRegistry(.bearerOverTLS(server, front), certificates: certificates)
    let refused = try logIn(registry.host, with: "wrong", "--cacert", certificates.issuer)
    #expect(refused.status == 77, "\(refused.errors)")
    #expect(
      refused.errors.contains(
        "https://\(front.host) refused the user name or the password: incorrect username or password"
      ))
    #expect(try readFile(home.vaultFile) == before)
    let login = try logIn(registry.host, "--cacert", certificates.issuer)
    #expect(login.status == 0, "\(login.errors)")
    try expectHeld(registry.host)
  }

  // MARK: Client certificates

  @Test func `a client certificate is shown where the registry wants one`() throws {
    let certificates = try Certificates()
    let registry = try basic()
    let front = try TLSFront(
      before: registry.host, certificates, asksForClientCertificate: true)
    try lay(certificates.issuer, for: front.host, as: "ca.crt")
    let none = try logIn(front.host)
    #expect(none.status == 69, "\(none.errors)")
    #expect(none.errors.contains("it may want to be shown a certificate"))
    #expect(none.errors.contains("'--client-cert FILE --client-key FILE'"))
    let wrongKey = try logIn(
      front.host, "--client-cert", certificates.client, "--client-key", certificates.serverKey)
    #expect(wrongKey.status == 78, "\(wrongKey.errors)")
    #expect(try readFile(home.vaultFile) == before)

    let named = try logIn(
      front.host, "--client-cert", certificates.client, "--client-key", certificates.clientKey)
    #expect(named.status == 0, "\(named.errors)")
    try expectHeld(front.host)

    try lay(certificates.client, for: front.host, as: "me.cert")
    let half = try logIn(front.host)
    #expect(half.status == 78)
    #expect(half.errors.contains("is a client certificate without its key me.key"))
    try lay(certificates.clientKey, for: front.host, as: "me.key")
    #expect(try logIn(front.host).status == 0)
    #expect(try logIn(front.host, with: "wrong").status == 77)
    #expect(try home.vault("registry", "check").status == 0)
  }

  // MARK: Proxy

  /// This machine's own name and where it leads, which has to be loopback: names of loopback itself are
  /// never asked through a proxy.
  private static let ownName: (name: String, address: String)? = {
    guard let name = try? Command(["hostname"]).run().output.split(separator: "\n").first,
      let found = try? Command(["getent", "ahostsv4", String(name)]).run().output,
      let address = found.split(separator: " ").first, address.hasPrefix("127."),
      name != "localhost"
    else { return nil }
    return (String(name).lowercased(), String(address))
  }()

  @Test(.enabled(if: ownName != nil, "this machine's name does not lead to loopback"))
  func `a login goes through the proxy unless NO_PROXY names the registry`() throws {
    let own = try #require(Self.ownName)
    let certificates = try Certificates(names: "DNS:\(own.name)")
    let registry = try basic(address: own.address, certificates)
    let host = "\(own.name):\(registry.host.split(separator: ":").last ?? "")"
    let proxy = try ForwardProxy()
    home.environment["HTTPS_PROXY"] = proxy.url
    let login = try logIn(host, "--cacert", certificates.issuer)
    #expect(login.status == 0, "\(login.errors)")
    #expect(proxy.log.contains("CONNECT \(host)"))
    try expectHeld(host)
    #expect(try logIn(host, with: "wrong", "--cacert", certificates.issuer).status == 77)

    home.environment["HTTPS_PROXY"] = "http://127.0.0.1:9"
    let down = try logIn(host, "--cacert", certificates.issuer)
    #expect(down.status == 69)
    home.environment["NO_PROXY"] = "other.example,\(own.name)"
    #expect(try logIn(host, "--cacert", certificates.issuer).status == 0)
  }

  @Test(.enabled(if: ownName != nil, "this machine's name does not lead to loopback"))
  func `a proxy that asks for a login is told apart from the registry`() throws {
    let own = try #require(Self.ownName)
    let certificates = try Certificates(names: "DNS:\(own.name)")
    let registry = try basic(address: own.address, certificates)
    let host = "\(own.name):\(registry.host.split(separator: ":").last ?? "")"
    let proxy = try ForwardProxy(login: ("porter", "pr0xy-w0rd"))
    home.environment["HTTPS_PROXY"] = proxy.url
    let refused = try logIn(host, "--cacert", certificates.issuer)
    #expect(refused.status == 69, "\(refused.errors)")
    #expect(refused.errors.contains("the proxy does not let us through"))
    home.environment["HTTPS_PROXY"] =
      "http://porter:pr0xy-w0rd@" + proxy.url.dropFirst("http://".count)
    let login = try logIn(host, "--cacert", certificates.issuer)
    #expect(login.status == 0, "\(login.errors)")
    #expect(!login.errors.contains("pr0xy-w0rd"))
  }

  // MARK: IPv6

  @Test func `a login to a registry on IPv6 works`() throws {
    let registry = try basic(address: "[::1]")
    let login = try logIn(registry.host)
    #expect(login.status == 0, "\(login.errors)")
    #expect(
      login.errors.contains(
        "INFO:    \(registry.host) does not speak https: it was asked over plain http\n"))
    #expect(try home.secret(of: registry.uri) == "right")
    #expect(try home.vault("registry", "list").output.contains("docker://\(registry.host)  ✗!\n"))
    #expect(try logIn(registry.host, with: "wrong").status == 77)
  }

  @Test func `a login to a registry on IPv6 over TLS works`() throws {
    let certificates = try Certificates()
    let registry = try basic(address: "[::1]", certificates)
    let login = try logIn(registry.host, "--cacert", certificates.issuer)
    #expect(login.status == 0, "\(login.errors)")
    try expectHeld(registry.host)
  }

  // MARK: Check

  @Test func `a check tells the login that was changed at its registry`() throws {
    let registries = try [basic(), basic()]
    for registry in registries { #expect(try logIn(registry.host).status == 0) }
    registries[1].stop()
    let down = try home.vault("registry", "check")
    #expect(down.status == 69, "\(down.errors)")
    #expect(down.output.contains("docker://\(registries[0].host)  alice  holds"))
    #expect(down.output.contains("docker://\(registries[1].host)  alice  unreachable"))
    _ = try home.logIn(registries[0].uri, as: "alice", with: "wrong", "--no-verify")
    let check = try home.vault("registry", "check", "--format", "json")
    #expect(check.status == 77, "\(check.errors)")
    // Sorted, because the order of the list depends on the ports.
    var query = Command(["jq", "-r", "[.[].result] | sort | .[]"])
    query.input = check.outputBytes
    #expect(try query.run().output == "refused\nunreachable\n")
  }
}
