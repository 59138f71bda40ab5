import Foundation
import Testing
import VaultTestSupport

/// `vault migrate` takes over what docker's helper keeps in the keyring.
@Suite(.desktopKeyring)
struct KeyringMigrationTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }

  init() throws { session = try DesktopSession.withKeyring(home: try VaultHome.withVault()) }

  private func held() throws -> String {
    try session.run(["docker-credential-secretservice", "list"]).output
  }

  @Test func `docker's logins are sealed, and gone from the keyring`() throws {
    try session.storeWithDocker("https://index.docker.io/v1/", "hub", "h")
    try session.storeWithDocker("registry.example.com", "bob", "b")
    try session.storeWithDocker("an opaque key", "odd", "o")
    let plan = try home.vault("migrate", "--dry-run")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("docker://registry.example.com"))
    #expect(plan.output.contains("the desktop keyring"))
    #expect(try held().contains("registry.example.com"))

    let done = try home.vault("migrate", "--yes")
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.errors.contains("The desktop keyring: 3 logins are in the vault"))
    #expect(try held() == "{}\n")
    #expect(try home.secret(of: "docker.io") == "h")
    #expect(try home.secret(of: "registry.example.com/app:1") == "b")
    let helper = try session.run(
      [try PackageFolder.program("docker-credential-vault"), "get"], input: "an opaque key")
    #expect(helper.output.contains("\"Secret\":\"o\""))
    let again = try home.vault("migrate", "--yes")
    #expect(again.errors.contains("No secret lies in the clear"), "\(again.errors)")
  }

  @Test func `where the vault has another secret, nothing is decided for the user`() throws {
    for (preference, expected) in [("vault", "sealed"), ("file", "kept")] {
      let login = try home.logIn("one.example.com", as: "u", with: "sealed", "--no-verify")
      #expect(login.status == 0)
      try session.storeWithDocker("one.example.com", "u", "kept")
      let undecided = try home.vault("migrate", "--yes")
      #expect(undecided.status == 64, "\(undecided.errors)")
      #expect(undecided.errors.contains("another secret for docker://one.example.com"))
      #expect(try home.secret(of: "one.example.com") == "sealed")
      #expect(try held().contains("one.example.com"))
      let decided = try home.vault("migrate", "--yes", "--prefer", preference)
      #expect(decided.status == 0, "\(decided.errors)")
      #expect(try home.secret(of: "one.example.com") == expected)
      #expect(try held() == "{}\n")
    }
  }

  @Test func `files and keyring are migrated in one run, and JSON tells of both`() throws {
    try session.storeWithDocker("registry.example.com", "bob", "b")
    try makeFolder(home.path(".docker"))
    try writeFile(
      home.path(".docker/config.json"), #"{"auths":{"file.example.com":{"auth":"dTpm"}}}"#)
    let plan = try home.vault("migrate", "--dry-run", "--format", "json")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any])
    #expect((report["logins"] as? [Any])?.count == 1)
    let kept = try #require(report["inKeyring"] as? [[String: String]])
    #expect(
      kept == [["login": "docker://registry.example.com", "state": "new", "username": "bob"]])
    let done = try home.vault("migrate", "--yes", "--no-helper")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try home.secret(of: "file.example.com") == "f")
    #expect(try home.secret(of: "registry.example.com") == "b")
    #expect(try held() == "{}\n")
  }

  @Test func `what is meant to be in the keyring stays there, and a locked one is said`() throws {
    try session.storeWithDocker("registry.example.com", "bob", "b")
    try home.set("store = secret-service\nkey-file = \(home.keyFile)\n")
    #expect(try home.vault("migrate", "--yes").errors.contains("No secret lies in the clear"))
    #expect(try held().contains("registry.example.com"))
    try home.set("key-file = \(home.keyFile)\n")
    try session.lock()
    let locked = try home.vault("migrate", "--yes")
    #expect(locked.status == 75, "\(locked.errors)")
    #expect(locked.errors.contains("is locked"))
  }
}
