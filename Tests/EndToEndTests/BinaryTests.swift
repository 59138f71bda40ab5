import Testing
import VaultTestSupport

struct BinaryTests {
  private func check(_ program: String) throws -> Outcome {
    try Command(["bash", PackageFolder.path + "/Tests/check-binary.sh", program]).run()
  }

  @Test(arguments: ["vault", "docker-credential-vault"])
  func `the release program is hardened and needs libsodium alone`(program: String) throws {
    let outcome = try check(try PackageFolder.program(program))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `the check finds fault with a program that was built otherwise`() throws {
    let outcome = try check("/usr/bin/skopeo")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("does not link libsodium"))
  }
}
