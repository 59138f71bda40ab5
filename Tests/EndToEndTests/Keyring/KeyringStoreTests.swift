import Foundation
import Testing
import VaultTestSupport

/// GNOME's keyring as a store, beside the programs that share it.
@Suite(.desktopKeyring)
struct KeyringStoreTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }

  init() throws {
    session = try DesktopSession.withKeyring()
    try home.set("store = secret-service\n")
  }

  private func logIn(_ uri: String, _ user: String, _ secret: String) throws {
    let outcome = try home.logIn(uri, as: user, with: secret, "--no-verify")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Token stored in the desktop keyring"))
  }

  /// docker's helper of this Debian.
  private func docker(_ action: String, _ input: String = "") throws -> Outcome {
    try session.run(["docker-credential-secretservice", action], input: input)
  }

  private func uris() throws -> [String] {
    let list = try home.vault("registry", "list", "--format", "json")
    #expect(list.status == 0, "\(list.errors)")
    let rows = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]]
    return (rows ?? []).compactMap { $0["uri"] as? String }
  }

  @Test func `login, list, get and logout, with nothing of it in a file of ours`() throws {
    try logIn("docker://registry.example.com", "alice", "pass word ✓")
    #expect(try home.secret(of: "registry.example.com") == "pass word ✓")
    #expect(try home.secret(of: "https://registry.example.com/v2/") == "pass word ✓")
    let list = try home.vault("registry", "list", "--long")
    #expect(
      list.output.contains("docker://registry.example.com  ✓        alice  secret-service"))
    let logout = try home.vault("registry", "logout", "registry.example.com")
    #expect(logout.errors.contains("Removed the login to docker://registry.example.com"))
    #expect(try home.vault("get", "registry.example.com").status == 1)
    #expect(try home.vault("registry", "logout", "registry.example.com").status == 0)
    #expect(files(below: home.path).allSatisfy { !$0.hasSuffix("vault.sealed") })
  }

  @Test func `docker's helper and secret-tool read what we wrote, in docker's layout`() throws {
    try logIn("docker://registry.example.com", "alice", "one")
    try logIn("docker://docker.io", "hub", "two")
    #expect(
      try docker("get", "registry.example.com").output
        == "{\"ServerURL\":\"registry.example.com\",\"Username\":\"alice\",\"Secret\":\"one\"}\n")
    #expect(
      try docker("get", "https://index.docker.io/v1/").output.contains("\"Secret\":\"two\""))
    #expect(
      try docker("list").output
        == "{\"https://index.docker.io/v1/\":\"hub\",\"registry.example.com\":\"alice\"}\n")
    let found = try session.run([
      "secret-tool", "lookup", "xdg:schema", "io.docker.Credentials", "label", "Docker Credentials",
      "server", "registry.example.com", "username", "alice", "docker_cli", "1",
    ])
    #expect(found.output == "one")
    let shown = try session.run(["secret-tool", "search", "server", "registry.example.com"])
    let attributes = (shown.output + shown.errors).split(separator: "\n").filter {
      $0.hasPrefix("attribute.") || $0.hasPrefix("schema") || $0.hasPrefix("label")
    }
    #expect(
      Set(attributes) == [
        "label = registry.example.com", "schema = io.docker.Credentials",
        "attribute.label = Docker Credentials", "attribute.server = registry.example.com",
        "attribute.username = alice", "attribute.docker_cli = 1",
      ])
    #expect(try docker("erase", "registry.example.com").status == 0)
    #expect(try home.vault("get", "registry.example.com").status == 1)
  }

  @Test func `we read what docker's helper wrote, under every spelling`() throws {
    try session.storeWithDocker("https://index.docker.io/v1/", "hub", "h")
    try session.storeWithDocker("registry.example.com:5000", "bob", "b")
    try session.storeWithDocker("https://v1.example.com/v1/", "carol", "c")
    #expect(try home.secret(of: "docker.io") == "h")
    #expect(try home.secret(of: "docker://registry-1.docker.io/library/alpine:3") == "h")
    #expect(try home.secret(of: "oras://registry.example.com:5000/app") == "b")
    #expect(try home.secret(of: "v1.example.com") == "c")
    #expect(
      try Set(uris()) == [
        "docker://index.docker.io", "docker://registry.example.com:5000",
        "docker://v1.example.com",
      ])
    let username = try home.vault("get", "--field", "username", "v1.example.com")
    #expect(username.output == "carol\n")
    #expect(try home.vault("registry", "logout", "v1.example.com").status == 0)
    #expect(try docker("get", "https://v1.example.com/v1/").status == 1)
  }

  @Test func `both generations of labels are read, by the attribute and not by the label`() throws {
    for (server, label) in [
      ("old.example.com", "old.example.com"),
      ("new.example.com", "Registry credentials for new.example.com"),
      ("odd.example.com", "evil.example.com"),
    ] {
      let stored = try session.run(
        [
          "secret-tool", "store", "--label=\(label)", "xdg:schema", "io.docker.Credentials",
          "label",
          "Docker Credentials", "server", server, "username", "u", "docker_cli", "1",
        ], input: "of \(server)")
      #expect(stored.status == 0, "\(stored.errors)")
    }
    #expect(
      try Set(uris())
        == Set(["old", "new", "odd"].map { "docker://\($0).example.com" }))
    #expect(try home.secret(of: "new.example.com") == "of new.example.com")
    #expect(try home.secret(of: "odd.example.com") == "of odd.example.com")
    #expect(try home.vault("get", "evil.example.com").status == 1)
  }

  @Test func `a second user takes the first one's place, also where docker left both`() throws {
    try session.storeWithDocker("registry.example.com", "alice", "a")
    usleep(1_100_000)  // the keyring counts in seconds
    try session.storeWithDocker("registry.example.com", "bob", "b")
    #expect(try home.secret(of: "registry.example.com") == "b")
    #expect(try uris() == ["docker://registry.example.com"])
    try logIn("registry.example.com", "carol", "c")
    let found = try session.run(["secret-tool", "search", "--all", "docker_cli", "1"])
    #expect((found.output + found.errors).components(separatedBy: "attribute.server").count == 2)
    #expect(
      try docker("get", "registry.example.com").output.contains(
        "\"Username\":\"carol\",\"Secret\":\"c\""))
  }

  @Test func `a part of a registry has a login of its own, and the longest prefix wins`() throws {
    try logIn("registry.example.com", "all", "1")
    try logIn("registry.example.com/team", "team", "2")
    try logIn("oras://registry.example.com/team/app", "app", "3")
    #expect(try home.secret(of: "registry.example.com/other:latest") == "1")
    #expect(try home.secret(of: "registry.example.com/teams/app") == "1")
    #expect(try home.secret(of: "registry.example.com/team/x") == "2")
    #expect(try home.secret(of: "docker://registry.example.com/team/app:1.0") == "3")
    #expect(
      try uris() == [
        "docker://registry.example.com", "docker://registry.example.com/team",
        "oras://registry.example.com/team/app",
      ])
    #expect(try docker("get", "registry.example.com/team").output.contains("\"Secret\":\"2\""))
    #expect(try home.vault("registry", "logout", "registry.example.com/team").status == 0)
    #expect(try home.secret(of: "registry.example.com/team/x") == "1")
  }

  @Test func `a login without TLS is shown as such`() throws {
    let outcome = try home.logIn(
      "plain.example.com", as: "u", with: "p", "--no-verify", "--insecure")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try home.vault("registry", "list").output.contains("docker://plain.example.com  ✗!"))
    #expect(try docker("get", "plain.example.com").output.contains("\"Secret\":\"p\""))
  }

  @Test func `docker-credential-vault serves from the keyring`() throws {
    func helper(_ action: String, _ input: String = "") throws -> Outcome {
      try session.run([try PackageFolder.program("docker-credential-vault"), action], input: input)
    }
    let stored = try helper(
      "store", "{\"ServerURL\":\"https://h.example.com\",\"Username\":\"u\",\"Secret\":\"s\"}")
    #expect(stored.status == 0, "\(stored.output)")
    #expect(
      try helper("get", "https://h.example.com").output
        == "{\"ServerURL\":\"https://h.example.com\",\"Username\":\"u\",\"Secret\":\"s\"}\n")
    #expect(
      try docker("get", "https://h.example.com").output.contains("\"Secret\":\"s\""))
    for key in ["https://index.docker.io/v1/access-token", "an opaque key"] {
      let stored = try helper(
        "store", "{\"ServerURL\":\"\(key)\",\"Username\":\"t\",\"Secret\":\"of \(key)\"}")
      #expect(stored.status == 0, "\(stored.output)")
      #expect(try helper("get", key).output.contains("\"Secret\":\"of \(key)\""))
    }
    #expect(
      try helper("get", "https://index.docker.io/v1/").output
        == "credentials not found in native keychain\n")
    #expect(
      try helper("list").output
        == "{\"an opaque key\":\"t\",\"h.example.com\":\"u\"}\n")
    #expect(try helper("erase", "h.example.com").status == 0)
    #expect(try helper("get", "https://h.example.com").status == 1)
  }

  @Test func `without a vault and without a setting the keyring is found all the same`() throws {
    try session.storeWithDocker("registry.example.com", "bob", "b")
    try home.set("")
    #expect(try home.secret(of: "registry.example.com") == "b")
    #expect(try uris() == ["docker://registry.example.com"])
  }

  @Test func `with a vault and without a setting the keyring is left alone`() throws {
    try session.storeWithDocker("registry.example.com", "bob", "b")
    try home.set("")
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    #expect(try home.vault("get", "registry.example.com").status == 1)
    #expect(try uris() == [])
    // Nor does a logout of all that is listed touch it; but a logout is one everywhere.
    #expect(try home.vault("registry", "logout", "--all").status == 0)
    #expect(try docker("get", "registry.example.com").status == 0)
    #expect(try home.vault("registry", "logout", "registry.example.com").status == 0)
    #expect(try docker("get", "registry.example.com").status == 1)
  }

  @Test func `a locked keyring that is left alone keeps nobody from logging out`() throws {
    try session.lock()
    try home.set("")
    // With a display a keyring that is asked opens a window, which ends in an error here.
    home.environment["DISPLAY"] = ":99"
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    for arguments in [["registry.example.com"], ["--all"]] {
      let login = try home.logIn(
        "registry.example.com", as: "u", with: "p", "--no-verify", "--store", "sealed")
      #expect(login.status == 0, "\(login.errors)")
      let logout = try home.command(["registry", "logout"] + arguments).run()
      #expect(logout.status == 0, "\(logout.errors)")
      #expect(logout.errors.contains("Removed the login to docker://registry.example.com"))
    }
    home.environment["DISPLAY"] = nil
    let named = try home.vault(
      "registry", "logout", "--store", "secret-service", "registry.example.com")
    #expect(named.status == 75)
  }

  @Test func `logging out of all that is listed empties a keyring that is listed`() throws {
    try session.storeWithDocker("registry.example.com", "bob", "b")
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    #expect(try home.vault("registry", "logout", "--all").status == 0)
    #expect(try docker("get", "registry.example.com").status == 1)
  }

  @Test func `a client's login counts, also where the vault has an older one`() throws {
    let helper = try PackageFolder.program("docker-credential-vault")
    func logIn(_ secret: String) throws -> Outcome {
      try session.run(
        [helper, "store"],
        input:
          "{\"ServerURL\":\"https://h.example.com\",\"Username\":\"u\",\"Secret\":\"\(secret)\"}")
    }
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    #expect(
      try home.logIn("h.example.com", as: "u", with: "old", "--no-verify", "--store", "sealed")
        .status == 0)
    let stored = try logIn("new")
    #expect(stored.status == 0 && stored.errors.isEmpty, "\(stored.output)\(stored.errors)")
    #expect(
      try session.run([helper, "get"], input: "https://h.example.com").output
        == "{\"ServerURL\":\"https://h.example.com\",\"Username\":\"u\",\"Secret\":\"new\"}\n")
    // A vault that does not open says so.
    _ = try Command(["mv", home.keyFile, home.path("elsewhere")]).run()
    let warned = try logIn("newer")
    #expect(warned.status == 0, "\(warned.output)")
    #expect(warned.errors.contains("an older login to https://h.example.com"), "\(warned.errors)")
  }

  @Test func `with a vault and the setting, the list merges and the vault is asked first`() throws {
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    let sealed = try home.logIn(
      "both.example.com", as: "u", with: "sealed", "--no-verify", "--store", "sealed")
    #expect(sealed.status == 0, "\(sealed.errors)")
    let second = try home.logIn("both.example.com", as: "u", with: "kept", "--no-verify")
    #expect(second.errors.contains("The sealed vault has a login there too"), "\(second.errors)")
    try logIn("other.example.com", "u", "o")
    #expect(try home.secret(of: "both.example.com") == "sealed")
    #expect(try home.secret(of: "other.example.com") == "o")
    #expect(try uris().count == 3)
    #expect(try home.vault("registry", "logout", "both.example.com").status == 0)
    #expect(try uris() == ["docker://other.example.com"])
  }

  @Test func `exec, export and check take logins from the keyring too`() throws {
    let registry = try DockerRegistry(.basic(user: "alice", password: "s3cret"))
    let login = try home.logIn(registry.uri, as: "alice", with: "s3cret")
    #expect(login.status == 0, "\(login.errors)")
    let check = try home.vault("registry", "check", "--format", "json")
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    #expect(check.output.contains(registry.uri))
    try session.storeWithDocker("wrong.example.com", "bob", "b")
    let exported = try home.vault("export", "--as", "docker-config", registry.uri)
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.output.contains(Data("alice:s3cret".utf8).base64EncodedString()))
    let all = try home.vault("export", "--as", "docker-config")
    #expect(all.output.contains("wrong.example.com") && all.output.contains(registry.host))
    let lent = try home.vault(
      "exec", "--registry", registry.uri, "--username-variable", "REGISTRY_USER",
      "--secret-variable", "REGISTRY_SECRET", "--", "sh", "-c",
      "echo $REGISTRY_USER $REGISTRY_SECRET")
    #expect(lent.output == "alice s3cret\n", "\(lent.errors)")
  }

  @Test func `export and exec take a login that is kept under no address`() throws {
    try session.storeWithDocker("an opaque key", "bob", "b0b")
    for names in [[], ["an opaque key"]] {
      let exported = try home.command(["export", "--as", "docker-config"] + names).run()
      #expect(exported.status == 0, "\(exported.errors)")
      #expect(exported.output.contains("\"an opaque key\""), "\(exported.output)")
    }
    let lent = try home.vault(
      "exec", "--registry", "an opaque key", "--secret-variable", "SECRET", "--", "sh", "-c",
      "echo $SECRET")
    #expect(lent.output == "b0b\n", "\(lent.errors)")
  }

  @Test func `fifty logins at once are all there`() throws {
    let running = try (0..<50).map { number in
      try home.command(
        [
          "registry", "login", "-q", "-u", "u", "--password-stdin", "--no-verify",
          "r\(number).example.com",
        ], input: "secret \(number)"
      ).start()
    }
    for command in running {
      let outcome = try command.finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try Set(uris()) == Set((0..<50).map { "docker://r\($0).example.com" }))
    for number in [0, 17, 49] {
      #expect(try home.secret(of: "r\(number).example.com") == "secret \(number)")
    }
  }

  @Test func `users who log in to one registry at once leave one of them`() throws {
    let running = try (0..<12).map { number in
      try home.command(
        [
          "registry", "login", "-q", "-u", "u\(number)", "--password-stdin", "--no-verify",
          "one.example.com",
        ], input: "secret \(number)"
      ).start()
    }
    for command in running { #expect(try command.finish().status == 0) }
    #expect(try uris() == ["docker://one.example.com"])
    #expect(try home.secret(of: "one.example.com")?.hasPrefix("secret ") == true)
  }

  @Test func `a locked keyring without a display is status 75 in less than a second`() throws {
    try logIn("registry.example.com", "alice", "one")
    try session.lock()
    for arguments in [
      ["get", "registry.example.com"], ["get", "missing.example.com"], ["registry", "list"],
      ["registry", "logout", "registry.example.com"],
      ["registry", "login", "-u", "u", "-p", "p", "--no-verify", "registry.example.com"],
    ] {
      let start = ContinuousClock().now
      let outcome = try home.command(arguments).run()
      #expect(ContinuousClock().now - start < .seconds(1))
      #expect(outcome.status == 75, "\(arguments) \(outcome.errors)")
      #expect(outcome.errors.contains("the desktop keyring is locked"))
    }
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "registry.example.com")
    #expect(helper.status == 1)
    #expect(helper.output.contains("is locked"))
  }

  @Test func `no keyring is started by asking for it`() throws {
    let home = try VaultHome()
    try home.set("store = secret-service\n")
    // A bus that knows how to start GNOME's keyring, as a desktop's does.
    let outcome = try Command(
      [
        "dbus-run-session", "--", "bash", "-c",
        """
        vault registry list; echo "status $?"
        dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
          org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets
        dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
          org.freedesktop.DBus.ListActivatableNames
        """,
      ], environment: home.environment
    ).run()
    #expect(outcome.output.contains("status 69"), "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("boolean false"))
    #expect(outcome.output.contains("org.freedesktop.secrets"))
  }
}
