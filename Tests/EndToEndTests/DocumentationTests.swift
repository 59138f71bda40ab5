import Testing
import VaultTestSupport

struct DocumentationTests {
  private static let words = [
    "/usr/bin/python3", PackageFolder.path + "/Tests/Documentation/run.py",
  ]

  /// Whether this machine allows the namespaces that the pages' commands run in.
  private static let isAvailable: Bool = {
    let outcome = try? Command(["unshare", "--net", "--mount", "true"]).run()
    return outcome?.status == 0
  }()

  @Test(.enabled(if: isAvailable, "no network and mount namespaces here"))
  func `the commands of README and docs print what the pages say`() throws {
    var command = Command(Self.words + [PackageFolder.programs])
    command.patience = 300
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }
}
