import Testing
import VaultTestSupport

struct BinaryTests {
  private func check(_ program: String) throws -> Outcome {
    try Command(["bash", PackageFolder.path + "/Tests/check-binary.sh", program]).run()
  }

  @Test(arguments: ["vault", "docker-credential-vault"])
  func `the release program is hardened, and has no library in it that it need not have`(
    program: String
  ) throws {
    let outcome = try check(try PackageFolder.program(program))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `the check of programs finds fault with one that was built otherwise`() throws {
    let outcome = try check("/usr/bin/skopeo")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("needs libgpgme"))
    #expect(!outcome.errors.contains("Foundation"))
  }

  @Test(arguments: [
    ("vault", "$s10Foundation4DateV", 1, "contains Foundation beyond FoundationEssentials"),
    ("docker-credential-vault", "libcurl.so.4", 1, "contains code for libcurl"),
    ("vault", ".", 20_000_001, "is larger than 20 MB"),
  ])
  func `the check of programs finds a text or a size that must not be`(
    name: String, addition: String, times: Int, fault: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = folder.path(name)
    try writeFile(
      path, try readFile("/bin/true") + Array(String(repeating: addition, count: times).utf8))
    let outcome = try check(path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(fault), "\(outcome.errors)")
  }
}
