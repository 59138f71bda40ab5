import Testing
import VaultTestSupport

/// Logins against Debian's docker-registry, as Basic and as Bearer authentication.
struct RegistryLoginTests {
  enum Scheme: CaseIterable {
    case basic, bearer

    func registry(user: String = "alice", password: String) throws -> DockerRegistry {
      switch self {
      case .basic:
        try DockerRegistry(.basic(user: user, password: password))
      case .bearer:
        try DockerRegistry(.bearer(TokenServer(user: user, password: password)))
      }
    }
  }

  @Test(arguments: Scheme.allCases)
  func `the right password is stored and found again`(scheme: Scheme) throws {
    let password = "r1ght: p\"ss wörd "
    let registry = try scheme.registry(password: password)
    let home = try VaultHome.withVault()

    let login = try home.logIn(registry.uri, as: "alice", with: password)
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.errors.contains("INFO:    Token stored in \(home.vaultFile)\n"))
    #expect(login.output == "")
    #expect(try home.secret(of: registry.uri) == password)
    #expect(try home.vault("get", "--field", "username", registry.uri).output == "alice\n")
  }

  @Test(arguments: Scheme.allCases)
  func `a wrong password is refused and nothing is stored`(scheme: Scheme) throws {
    let registry = try scheme.registry(password: "right")
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)

    let login = try home.logIn(registry.uri, as: "alice", with: "wr0ng-w0rd")
    #expect(login.status == 77, "\(login.errors)")
    #expect(login.errors.contains("http://\(registry.judge) refused the user name or the password"))
    #expect(!login.errors.contains("wr0ng-w0rd"))
    #expect(try readFile(home.vaultFile) == before)
    #expect(try home.vault("get", registry.uri).status == 1)
  }

  @Test(arguments: Scheme.allCases)
  func `a wrong password leaves the stored one in place`(scheme: Scheme) throws {
    let registry = try scheme.registry(password: "right")
    let home = try VaultHome.withVault()
    #expect(try home.logIn(registry.uri, as: "alice", with: "right").status == 0)
    #expect(try home.logIn(registry.uri, as: "alice", with: "wrong").status == 77)
    #expect(try home.secret(of: registry.uri) == "right")
  }

  @Test func `a registry that is down is status 69 and nothing is stored`() throws {
    let uri = try DockerRegistry.unusedURI()
    let home = try VaultHome.withVault()
    let before = try readFile(home.vaultFile)

    let login = try home.logIn(uri, as: "alice", with: "any")
    #expect(login.status == 69, "\(login.errors)")
    #expect(login.errors.contains(uri.dropFirst("docker://".count)))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test func `without verification a registry that is down is stored`() throws {
    let uri = try DockerRegistry.unusedURI()
    let home = try VaultHome.withVault()
    #expect(try home.logIn(uri, as: "alice", with: "later", "--no-verify").status == 0)
    #expect(try home.secret(of: uri) == "later")
  }

  @Test func `three registries are kept apart, and a logout takes one`() throws {
    let registries = try [
      Scheme.basic.registry(user: "alice", password: "first"),
      Scheme.bearer.registry(user: "bob", password: "second"),
      Scheme.basic.registry(user: "carol", password: "third"),
    ]
    let logins = [("alice", "first"), ("bob", "second"), ("carol", "third")]
    let home = try VaultHome.withVault()
    for (registry, login) in zip(registries, logins) {
      #expect(try home.logIn(registry.uri, as: login.0, with: login.1).status == 0)
    }

    let list = try home.vault("registry", "list").output
    for (registry, login) in zip(registries, logins) {
      #expect(list.contains("\n\(registry.uri)  ✗!\n"), "\(list)")
      #expect(try home.secret(of: registry.uri) == login.1)
      #expect(try home.secret(of: registry.host) == login.1)
      #expect(try home.vault("get", "--field", "username", registry.uri).output == login.0 + "\n")
    }

    let logout = try home.vault("registry", "logout", registries[1].uri)
    #expect(logout.status == 0, "\(logout.errors)")
    #expect(try home.secret(of: registries[0].uri) == "first")
    #expect(try home.vault("get", registries[1].uri).status == 1)
    #expect(try home.secret(of: registries[2].uri) == "third")
    #expect(try !home.vault("registry", "list").output.contains(registries[1].host))
  }

  @Test func `a logout of what is not there is a warning and changes nothing`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn("registry.example.com", as: "alice", with: "kept", "--no-verify")
    let before = try readFile(home.vaultFile)

    let logout = try home.vault("registry", "logout", "docker://other.example.com")
    #expect(logout.status == 0, "\(logout.errors)")
    #expect(logout.errors.contains("WARNING: "))
    #expect(logout.errors.contains("other.example.com"))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test func `a registry that asks for no login is told apart`() throws {
    let registry = try DockerRegistry(.none)
    let home = try VaultHome.withVault()
    let login = try home.logIn(registry.uri, as: "alice", with: "unchecked")
    #expect(login.status == 0, "\(login.errors)")
    #expect(
      login.errors.contains(
        "WARNING: \(registry.host) does not ask for a login: the password was not checked\n"))
    #expect(try home.secret(of: registry.uri) == "unchecked")
  }

  @Test func `a second login replaces the first`() throws {
    let registry = try Scheme.basic.registry(user: "bob", password: "new")
    let home = try VaultHome.withVault()
    _ = try home.logIn(registry.uri, as: "alice", with: "old", "--no-verify")
    #expect(try home.logIn(registry.uri, as: "bob", with: "new").status == 0)
    #expect(try home.secret(of: registry.uri) == "new")
    #expect(try home.vault("get", "--field", "username", registry.uri).output == "bob\n")
  }

  @Test(arguments: Scheme.allCases)
  func `another program logs in with what the vault gives out`(scheme: Scheme) throws {
    let registry = try scheme.registry(password: "for skopeo")
    let home = try VaultHome.withVault()
    #expect(try home.logIn(registry.uri, as: "alice", with: "for skopeo").status == 0)
    let pipeline = Command(
      [
        "sh", "-c",
        """
        vault get --field secret "$1" | skopeo login --tls-verify=false --authfile "$HOME/auth.json" \
          --username "$(vault get --field username "$1")" --password-stdin "$1"
        """,
        "sh", registry.host,
      ], environment: home.environment)
    let outcome = try pipeline.run()
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
