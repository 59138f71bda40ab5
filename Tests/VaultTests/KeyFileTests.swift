import Glibc
import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

struct KeyFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("key") }

  init() throws { folder = try TemporaryFolder() }

  @Test func `a new key file is one line of mode 600 that reads as the same key`() throws {
    let made = try SlotSecret(makingKeyFile: path)
    let text = String(decoding: try readFile(path), as: UTF8.self)
    #expect(text.hasPrefix("vault-key-1:"))
    #expect(text.utf8.count == 12 + 72 + 1)
    #expect(text.last == "\n")
    let again = try SlotSecret(.keyFile(path)) { Issue.record("warned: \($0)") }
    let isSame = made.bytes.isEqual(to: again.bytes)
    #expect(isSame)
    #expect(try mode(of: path) == 0o600)
  }

  @Test func `a key file is never overwritten`() throws {
    try writeFile(path, "precious")
    let error = #expect(throws: VaultError.self) { _ = try SlotSecret(makingKeyFile: path) }
    #expect(error?.code == .cannotCreate)
    #expect(try readFile(path) == Array("precious".utf8))
  }

  @Test(arguments: ["", "\r"])
  func `a key file may end with any line end or none`(_ end: String) throws {
    let made = try SlotSecret(makingKeyFile: path)
    let line = try readFile(path).dropLast()
    try writeFile(path, Array(line) + Array((end.isEmpty ? "" : end + "\n").utf8))
    let again = try SlotSecret(.keyFile(path)) { Issue.record("warned: \($0)") }
    let isSame = made.bytes.isEqual(to: again.bytes)
    #expect(isSame)
  }

  @Test(arguments: ["", "password", "vault-key-1:", "vault-key-2:00", "vault-key-1:zz"])
  func `what is no key file is refused`(_ text: String) throws {
    try writeFile(path, text)
    let error = #expect(throws: VaultError.self) {
      _ = try SlotSecret(.keyFile(path)) { _ in }
    }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("not a key file") == true)
  }

  @Test func `one wrong digit is found by the checksum`() throws {
    _ = try SlotSecret(makingKeyFile: path)
    for place in 12..<(12 + 72) {
      var text = try readFile(path)
      let original = text[place]
      text[place] = original == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
      try writeFile(folder.path("copy"), text)
      let error = #expect(throws: VaultError.self) {
        _ = try SlotSecret(.keyFile(folder.path("copy"))) { _ in }
      }
      #expect(error?.message.contains("checksum") == true)
    }
  }

  @Test func `a key file that others can write to is refused, one they can read is warned of`()
    throws
  {
    _ = try SlotSecret(makingKeyFile: path)
    try setMode(0o620, of: path)
    let error = #expect(throws: VaultError.self) {
      _ = try SlotSecret(.keyFile(path)) { _ in }
    }
    #expect(error?.code == .configuration)
    try setMode(0o644, of: path)
    var warnings: [String] = []
    _ = try SlotSecret(.keyFile(path)) { warnings.append($0) }
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("can be read by others") == true)
  }

  @Test func `a key file may be a link, as Kubernetes lays it`() throws {
    _ = try SlotSecret(makingKeyFile: path)
    unsafe symlink(path, folder.path("link"))
    _ = try SlotSecret(.keyFile(folder.path("link"))) { Issue.record("warned: \($0)") }
  }

  @Test func `a missing key file is named`() throws {
    let error = #expect(throws: VaultError.self) {
      _ = try SlotSecret(.keyFile(folder.path("none"))) { _ in }
    }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains(folder.path("none")) == true)
  }

  @Test func `key sources are tried in their order`() throws {
    _ = try SlotSecret(makingKeyFile: path)
    try writeFile(folder.path("vault.key"), "x")
    let all = [
      "VAULT_KEY_FILE": "k", "VAULT_PASSPHRASE_FILE": "p", "VAULT_KEY_COMMAND": "'/bin/my tool' x",
      "CREDENTIALS_DIRECTORY": folder.path,
    ]
    func first(without missing: Set<String> = []) throws -> String? {
      let environment = Environment(
        all.filter { !missing.contains($0.key) }, workingFolder: "/work folder")
      return try UnlockSource.standing(
        ProgramContext(environment: environment) { ProgramVariables([:]) })?.name
    }
    #expect(try first() == "the key file /work folder/k")
    var missing: Set = ["VAULT_KEY_FILE"]
    #expect(try first(without: missing) == "the passphrase in /work folder/p")
    missing.insert("VAULT_PASSPHRASE_FILE")
    #expect(try first(without: missing) == "the key from the program /bin/my tool")
    missing.insert("VAULT_KEY_COMMAND")
    #expect(try first(without: missing) == "the key file \(folder.path)/vault.key")
    #expect(try first(without: Set(all.keys)) == nil)
  }
}
