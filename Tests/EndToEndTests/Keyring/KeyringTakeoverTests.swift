import Foundation
import Testing
import VaultTestSupport

/// `vault migrate` among files, other users and other programs that are about the same registries as the
/// keyring.
@Suite(.desktopKeyring)
struct KeyringTakeoverTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }

  init() throws { session = try DesktopSession.withKeyring(home: try VaultHome.withVault()) }

  /// What the keyring has for a server and a user; nil for nothing.
  private func held(_ server: String, _ user: String) throws -> String? {
    let outcome = try session.run(["secret-tool", "lookup", "server", server, "username", user])
    return outcome.status == 0 ? outcome.output : nil
  }

  private func docker(_ text: String) throws {
    try makeFolder(home.path(".docker"))
    try writeFile(home.path(".docker/config.json"), text)
  }

  private func docker() throws -> String {
    String(decoding: try readFile(home.path(".docker/config.json")), as: UTF8.self)
  }

  /// The keyring's times are in whole seconds.
  private func letASecondPass() { Thread.sleep(forTimeInterval: 1.1) }

  // MARK: Files

  @Test func `what was just taken out of a file is not replaced by what the keyring has`() throws {
    try session.storeWithDocker("ghcr.io", "u", "old")
    try docker(#"{"auths":{"ghcr.io":{"auth":"dTpuZXc="}}}"#)
    let done = try home.vault("migrate", "--yes", "--no-helper", "--prefer", "file")
    #expect(done.status == 64, "\(done.errors)")
    #expect(done.errors.contains("another secret for docker://ghcr.io"))
    #expect(try home.secret(of: "ghcr.io") == "new")
    #expect(try held("ghcr.io", "u") == "old")
    let again = try home.vault("migrate", "--yes", "--no-helper")
    #expect(again.status == 64, "\(again.errors)")
    #expect(try home.secret(of: "ghcr.io") == "new")
    let decided = try home.vault("migrate", "--yes", "--no-helper", "--prefer", "vault")
    #expect(decided.status == 0, "\(decided.errors)")
    #expect(try home.secret(of: "ghcr.io") == "new")
    #expect(try held("ghcr.io", "u") == nil)
  }

  @Test(.terminal, arguments: [("1", "old"), ("2", "new")])
  func `a migration on a terminal asks which of two secrets to keep`(
    _ answer: String, _ secret: String
  ) throws {
    try session.storeWithDocker("ghcr.io", "u", "old")
    try docker(#"{"auths":{"ghcr.io":{"auth":"dTpuZXc="}}}"#)
    let terminal = try home.terminal("migrate", "--yes", "--no-helper")
    try terminal.expect(
      "[1] the secret of u in the desktop keyring, [2] the secret of u in the vault.")
    try terminal.expect("Keep which? [1-2, Enter leaves them as they are] ")
    try terminal.type(answer + "\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try home.secret(of: "ghcr.io") == secret)
    #expect(try held("ghcr.io", "u") == nil)
  }

  @Test func `the same secret in a file and in the keyring is taken out of both`() throws {
    try session.storeWithDocker("ghcr.io", "u", "new")
    try docker(#"{"auths":{"ghcr.io":{"auth":"dTpuZXc="}}}"#)
    let done = try home.vault("migrate", "--yes", "--no-helper")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try home.secret(of: "ghcr.io") == "new")
    #expect(try held("ghcr.io", "u") == nil)
    #expect(try !docker().contains("dTpuZXc"))
  }

  // MARK: Meanwhile

  @Test(.terminal) func `a login that the vault gets while it asks is not replaced`() throws {
    try session.storeWithDocker("ghcr.io", "u", "old")
    let terminal = try home.terminal("migrate", "--no-helper")
    try terminal.expect("desktop keyring? [y/N] ")
    #expect(try home.logIn("ghcr.io", as: "u", with: "new", "--no-verify").status == 0)
    try terminal.type("y\r")
    #expect(try terminal.finish() == .exited(75), "\(terminal.screen)")
    #expect(terminal.screen.contains("the vault was changed meanwhile"))
    #expect(try home.secret(of: "ghcr.io") == "new")
    #expect(try held("ghcr.io", "u") == "old")
  }

  @Test(.terminal) func `docker logins that are made while it asks stay in the keyring`() throws {
    try session.storeWithDocker("one.example.com", "alice", "old")
    try session.storeWithDocker("two.example.com", "alice", "two")
    letASecondPass()
    let terminal = try home.terminal("migrate", "--no-helper")
    try terminal.expect("desktop keyring? [y/N] ")
    try session.storeWithDocker("one.example.com", "alice", "new")
    try session.storeWithDocker("two.example.com", "bob", "bob's")
    try terminal.type("y\r")
    #expect(try terminal.finish() == .exited(75), "\(terminal.screen)")
    #expect(try home.secret(of: "one.example.com") == nil)
    #expect(try held("one.example.com", "alice") == "new")
    #expect(try home.secret(of: "two.example.com") == "two")
    #expect(try held("two.example.com", "alice") == nil)
    #expect(try held("two.example.com", "bob") == "bob's")
  }

  @Test func `what another user has left in the keyring stays there, and is named`() throws {
    try session.storeWithDocker("r.example.com", "alice", "a")
    letASecondPass()
    try session.storeWithDocker("r.example.com", "bob", "b")
    let plan = try home.vault("migrate", "--dry-run")
    #expect(plan.status == 64, "\(plan.errors)")
    #expect(plan.errors.contains("what alice used for docker://r.example.com before"))
    let done = try home.vault("migrate", "--yes")
    #expect(done.status == 64, "\(done.errors)")
    #expect(done.errors.contains("what alice used for docker://r.example.com before"))
    #expect(try home.secret(of: "r.example.com") == "b")
    #expect(try held("r.example.com", "bob") == nil)
    #expect(try held("r.example.com", "alice") == "a")
  }

  // MARK: Afterwards

  @Test func `docker is told to ask the vault, or it is said how`() throws {
    try docker(#"{"credsStore":"secretservice"}"#)
    try session.storeWithDocker("one.example.com", "u", "1")
    let hint = try home.vault("migrate", "--yes")
    #expect(hint.status == 0, "\(hint.errors)")
    #expect(hint.errors.contains("vault helper install docker"), "\(hint.errors)")
    #expect(try docker() == #"{"credsStore":"secretservice"}"#)
    try session.storeWithDocker("two.example.com", "u", "2")
    let done = try home.vault("migrate", "--yes", "--helper")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try docker() == #"{"credsStore":"vault"}"#)
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "two.example.com")
    #expect(helper.output.contains("\"Secret\":\"2\""))
  }

  // MARK: At registries

  @Test func `'vault migrate --check' leaves what a registry refuses, and tries no tokens`() throws
  {
    let good = try DockerRegistry(.basic(user: "alice", password: "pw"))
    let bad = try DockerRegistry(.basic(user: "alice", password: "another"))
    let gone = String(try DockerRegistry.unusedURI().dropFirst("docker://".count))
    try session.storeWithDocker(good.host, "alice", "pw")
    try session.storeWithDocker(bad.host, "alice", "pw")
    try session.storeWithDocker(gone, "<registrytoken>", "t")
    let done = try home.vault("migrate", "--yes", "--check", "--no-helper")
    #expect(done.status == 77, "\(done.errors)")
    #expect(done.errors.contains("\(bad.uri) stays where it is: http://\(bad.host) refused"))
    #expect(try held(good.host, "alice") == nil)
    #expect(try held(bad.host, "alice") == "pw")
    #expect(try held(gone, "<registrytoken>") == nil)
    #expect(try home.secret(of: good.uri) == "pw")
    let list = try home.vault("registry", "list", "--format", "json").output
    #expect(list.components(separatedBy: "\"verified\" : \"2").count == 2, "\(list)")
  }

  @Test func `the vault knows when a token from the keyring ends`() throws {
    let claims = Data(#"{"exp":4102444800}"#.utf8).base64EncodedString()
    try session.storeWithDocker(
      "r.example.com", "u", "eyJhbGciOiJub25lIn0.\(claims.filter { $0 != "=" }).c2ln")
    #expect(try home.vault("migrate", "--yes", "--no-helper").status == 0)
    let list = try home.vault("registry", "list", "--format", "json").output
    #expect(list.contains("2100-01-01T00:00:00Z"), "\(list)")
  }
}
