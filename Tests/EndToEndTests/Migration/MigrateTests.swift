import Testing
import VaultTestSupport

/// `vault migrate` on a terminal, at registries, and among files of others.
struct MigrateTests {
  private static let password = "unm1stakable-w0rd"

  private func auths(_ logins: (server: String, user: String, password: String)...) throws -> String
  {
    var members: [String] = []
    for login in logins {
      var encoding = Command(["base64", "-w0"])
      encoding.input = Array("\(login.user):\(login.password)".utf8)
      members.append("\"\(login.server)\":{\"auth\":\"\(try encoding.run().output)\"}")
    }
    return "{\"auths\":{\(members.joined(separator: ","))}}"
  }

  private func home(docker text: String) throws -> VaultHome {
    let home = try VaultHome.withVault()
    try makeFolder(home.path(".docker"))
    try writeFile(home.path(".docker/config.json"), text)
    return home
  }

  private func docker(_ home: VaultHome) throws -> String {
    String(decoding: try readFile(home.path(".docker/config.json")), as: UTF8.self)
  }

  // MARK: At registries

  @Test func `with --check what a registry refuses, or what cannot be asked, stays where it is`()
    throws
  {
    let good = try DockerRegistry(.basic(user: "alice", password: Self.password))
    let token = try DockerRegistry(.bearer(try TokenServer(user: "alice", password: Self.password)))
    let bad = try DockerRegistry(.basic(user: "alice", password: "another"))
    let gone = String(try DockerRegistry.unusedURI().dropFirst("docker://".count))
    let home = try home(
      docker: try auths(
        (good.host, "alice", Self.password), (token.host, "alice", Self.password),
        (bad.host, "alice", Self.password), (gone, "alice", Self.password)))
    let outcome = try home.vault("migrate", "--yes", "--check")
    #expect(outcome.status == 77, "\(outcome.errors)")
    #expect(outcome.errors.contains("\(bad.uri) stays where it is: http://\(bad.host) refused"))
    #expect(outcome.errors.contains("docker://\(gone) stays where it is: "))
    #expect(!outcome.errors.contains(Self.password))
    #expect(try home.secret(of: good.uri) == Self.password)
    #expect(try home.secret(of: token.uri) == Self.password)
    #expect(try home.vault("get", bad.uri).status == 1)
    let list = try home.vault("registry", "list", "--format", "json").output
    #expect(list.components(of: "verified").count == 3, "\(list)")
    let left = try docker(home)
    #expect(left.contains("\"\(good.host)\":{},\"\(token.host)\":{},\"\(bad.host)\":{\"auth\""))
  }

  // MARK: On a terminal

  @Test(.terminal) func `it shows the plan, asks, and leaves all as it is for a no`() throws {
    let text = try auths(("r.example", "alice", Self.password))
    let home = try home(docker: text)
    let terminal = try home.terminal("migrate")
    try terminal.expect("docker, by its helper")
    try terminal.expect(
      "Seal one login in \(home.vaultFile), and take the secrets out of one file? [y/N] ")
    try terminal.type("\r")
    #expect(try terminal.finish() == .exited(77))
    #expect(try docker(home) == text)
    #expect(try home.vault("get", "r.example").status == 1)
  }

  @Test(.terminal) func `it makes the vault, seals, and has the helper installed for a yes`() throws
  {
    let home = try VaultHome()
    try makeFolder(home.path(".docker"))
    let text = try auths(("r.example", "alice", Self.password))
    try writeFile(home.path(".docker/config.json"), text)
    let terminal = try home.terminal("migrate")
    try terminal.expect("? [y/N] ")
    try terminal.type("y\r")
    try terminal.expect("New passphrase for the vault")
    try terminal.type("correct horse\r")
    try terminal.expect("Repeat the passphrase: ")
    try terminal.type("correct horse\r")
    try terminal.expect("Make them ask the vault from now on")
    try terminal.expect("? [y/N] ")
    try terminal.type("y\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(!terminal.screen.contains(Self.password))
    #expect(try docker(home).contains("\"credsStore\":\"vault\""))
    try writeFile(home.path("passphrase"), "correct horse\n")
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    #expect(try home.secret(of: "r.example") == Self.password)
    #expect(try home.vault("migrate", "--undo", "--yes").status == 0)
    #expect(try docker(home) == text)
  }

  @Test(
    .terminal,
    arguments: [
      ("1", "alice", "first"), ("2", "bob", "second"), ("3", "carol", "kept"),
      ("", "carol", "kept"),
    ])
  func `it asks which of several secrets is kept`(
    _ answer: String, _ user: String, _ secret: String
  ) throws {
    let home = try home(
      docker: try auths(("r.example", "alice", "first"), ("https://r.example/", "bob", "second")))
    #expect(try home.logIn("r.example", as: "carol", with: "kept", "--no-verify").status == 0)
    let before = try docker(home)
    let terminal = try home.terminal("migrate", "--yes", "--no-helper")
    try terminal.expect("[1] the secret of alice in")
    try terminal.expect("Keep which? [1-3, Enter leaves them as they are] ")
    try terminal.type(answer + "\r")
    #expect(try terminal.finish() == .exited(answer.isEmpty ? 64 : 0), "\(terminal.screen)")
    #expect(try home.secret(of: "r.example") == secret)
    #expect(try home.vault("get", "--field", "username", "r.example").output == user + "\n")
    #expect(try (docker(home) == before) == answer.isEmpty)
  }

  // MARK: Among files of others

  @Test(.enabled(if: isRoot, "only root gives files to others"))
  func `a file of somebody else is left alone, and the others go on`() throws {
    let text = try auths(("r.example", "alice", Self.password))
    let home = try home(docker: text)
    try makeFolder(home.path("containers"))
    try writeFile(home.path("containers/auth.json"), text)
    home.environment["XDG_RUNTIME_DIR"] = home.path
    #expect(try Command(["chown", "65534", home.path("containers/auth.json")]).run().status == 0)
    let outcome = try home.vault("migrate", "--yes")
    #expect(outcome.status == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains("containers/auth.json belongs to another user (uid 65534)"))
    #expect(try readFile(home.path("containers/auth.json")) == Array(text.utf8))
    #expect(try docker(home) == "{\"auths\":{\"r.example\":{}}}")
  }

  @Test(arguments: [0o770, 0o777] as [UInt32])
  func `a file in a folder that others can write to is left alone`(mode: UInt32) throws {
    let text = try auths(("r.example", "alice", Self.password))
    let home = try home(docker: text)
    try setMode(mode, of: home.path(".docker"))
    let outcome = try home.vault("migrate", "--yes")
    #expect(outcome.status == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains("chmod go-w '\(home.path(".docker"))'"))
    #expect(try docker(home) == text)
  }

  @Test func `while another program writes the file again and again, nothing of it is lost`() throws
  {
    let home = try home(docker: try auths(("r.example", "alice", "pw0000")))
    let script = """
      set -u
      cd "$HOME/.docker"
      for number in $(seq 200); do
        secret=$(printf 'alice:pw%04d' $number | base64)
        printf '{"auths":{"r.example":{"auth":"%s"}}}' "$secret" >next
        chmod 600 next
        mv next config.json
      done &
      writer=$!
      while kill -0 $writer 2>/dev/null; do
        vault migrate --yes --no-helper --prefer file >>"$HOME/log" 2>&1
        case $? in 0 | 75) ;; *) echo "status $?"; tail -n 3 "$HOME/log" ;; esac
      done
      wait $writer
      vault migrate --yes --no-helper --prefer file >>"$HOME/log" 2>&1
      cat config.json
      vault get r.example
      """
    let outcome = try Command(["bash", "-c", script], environment: home.environment).run()
    #expect(outcome.output == "{\"auths\":{\"r.example\":{}}}pw0200\n", "\(outcome.output)")
  }
}

extension String {
  fileprivate func components(of separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
