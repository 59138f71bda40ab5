import Glibc
import Testing
import VaultTestSupport

@testable import Vault

struct OwnProgramTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var name: String { OwnProgram.vaultName(searchPath: folder.path) }

  @Test func `vault is called vault if it is a link to regvault`() throws {
    try writeFile(folder.path("regvault"), "", mode: 0o755)
    #expect(unsafe symlink("regvault", folder.path("vault")) == 0)
    #expect(name == "vault")
  }

  @Test func `vault is called vault if no program of either name is found`() {
    #expect(name == "vault")
  }

  @Test(arguments: [true, false])
  func `vault is called regvault if vault on the PATH is another program or not there`(
    _ isThere: Bool
  ) throws {
    try writeFile(folder.path("regvault"), "", mode: 0o755)
    if isThere { try writeFile(folder.path("vault"), "", mode: 0o755) }
    #expect(name == "regvault")
  }
}
