import Glibc
import Testing
import VaultTestSupport

/// Programs that run with more rights than their caller.
@Suite(.enabled(if: isRoot, "only root can make a program of another user"))
struct RaisedRightsTests {
  @Test(arguments: ["vault", "docker-credential-vault"])
  func `a setuid copy does nothing, whatever variables and options its caller gives`(
    program: String
  ) throws {
    let home = try VaultHome.withVault()
    let login = try home.logIn(
      "docker://registry.example.com", as: "alice", with: "owner-secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(try Command(["chown", "-R", "65533:65533", home.path]).run().status == 0)
    let folder = try TemporaryFolder()
    try setMode(0o755, of: folder.path)
    let copy = folder.path("helper")
    #expect(
      try Command(["cp", PackageFolder.program(program), copy]).run().status == 0)
    #expect(try Command(["chown", "65533:65533", copy]).run().status == 0)
    home.environment["VAULT_KEY_FILE"] = home.keyFile
    let words =
      program == "vault"
      ? [
        "get", "--vault", home.vaultFile, "--key-file", home.keyFile,
        "registry.example.com",
      ] : ["get"]

    func ask(_ mode: UInt32, as user: String) throws -> Outcome {
      try setMode(mode, of: copy)
      var command = Command(
        ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", copy] + words,
        environment: home.environment)
      command.input = Array("registry.example.com".utf8)
      return try command.run()
    }
    #expect(try ask(0o755, as: "65533").output.contains("owner-secret"))
    for mode: UInt32 in [0o4755, 0o2755, 0o6755] {
      let outcome = try ask(mode, as: "65534")
      #expect(outcome.status == (program == "vault" ? 78 : 1), "\(outcome.output)\(outcome.errors)")
      #expect(!outcome.output.contains("owner-secret"), "\(outcome.output)")
      #expect((outcome.output + outcome.errors).contains("setuid"))
    }
  }
}
