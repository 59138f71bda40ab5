import Testing
import VaultTestSupport

struct InstallTests {
  @Test func `installing and uninstalling changes everything or nothing, and no other program`()
    throws
  {
    var command = Command([
      "bash", PackageFolder.path + "/packaging/checks/install-here.sh", PackageFolder.programs,
    ])
    command.patience = 300
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }
}
