import Testing
import VaultTestSupport

/// docker-py, whose own tests are the only ones that run a real helper.
struct DockerPyTests {
  private static let isThere: Bool = {
    let outcome = try? Command(["python3", "-c", "import docker.credentials"]).run()
    return outcome?.status == 0
  }()

  @Test(.enabled(if: isThere, "docker-py is not installed"))
  func `docker-py stores, gets, lists and erases`() throws {
    let home = try VaultHome.withVault()
    let script = PackageFolder.path + "/Tests/EndToEndTests/Scripts/docker-py.py"
    let outcome = try Command(["python3", script], environment: home.environment).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("one user for a server\nerased, and not found\n"))
  }
}
