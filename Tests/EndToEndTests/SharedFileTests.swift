import Glibc
import Testing
import VaultTestSupport

/// Files of other programs that are shared with a group.
@Suite(.enabled(if: isRoot, "only root can change to another user"))
struct SharedFileTests {
  @Test func `a file whose group cannot be kept is closed to it, and a line says so`() throws {
    let home = try VaultHome()
    try makeFolder(home.path(".docker"))
    let path = home.path(".docker/config.json")
    try writeFile(path, "{\n}\n")
    #expect(try Command(["chown", "-R", "65534:4712", home.path]).run().status == 0)
    try setMode(0o640, of: path)
    var command = try home.command(["helper", "install", "docker"])
    command.words =
      ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command.words
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("only its owner can use it now"), "\(outcome.errors)")
    #expect(try mode(of: path) == 0o600)
    #expect(try text(at: path).contains("credsStore"))
  }
}
