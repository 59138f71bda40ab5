import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

struct SettingsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("config") }

  init() throws { folder = try TemporaryFolder() }

  @Test func `a missing file has no settings`() throws {
    #expect(try Settings(path: path)[.keyFile] == nil)
  }

  @Test func `setting a value leaves every other line as it was`() throws {
    try writeFile(path, "# mine\n\n  key-file = /old \n#end")
    try Settings.set(.keyFile, to: "/new key", path: path)
    #expect(
      String(decoding: try readFile(path), as: UTF8.self)
        == "# mine\n\n#end\nkey-file = /new key\n")
    #expect(try Settings(path: path)[.keyFile] == "/new key")
  }

  @Test(arguments: ["key-file", "keyfile = /k", "= /k", "nonsense"])
  func `a line that is no setting is refused with its number`(_ line: String) throws {
    try writeFile(path, "# one\n\(line)\n")
    let error = #expect(throws: VaultError.self) { try Settings(path: path) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("\(path), line 2") == true)
    #expect(error?.message.contains("key-file") == true)
  }

  @Test func `a value of two lines is refused and nothing written`() throws {
    try writeFile(path, "key-file = /k\n")
    let error = #expect(throws: VaultError.self) {
      try Settings.set(.keyFile, to: "/a\n/b", path: path)
    }
    #expect(error?.code == .invalidInput)
    #expect(try readFile(path) == Array("key-file = /k\n".utf8))
  }
}
