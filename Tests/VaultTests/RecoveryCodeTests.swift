import SealedFormat
import Testing
import VaultTestSupport

@testable import Vault

/// The digits of a key file as groups on paper.
struct RecoveryCodeTests {
  /// The groups of a code as texts.
  private func groups(of code: borrowing RecoveryCode) -> [String] {
    var texts: [String] = []
    for number in 1...RecoveryCode.groupCount {
      texts.append(code.group(number).publicText ?? "")
    }
    return texts
  }

  /// The key that a code stands for, or nil if its checksum is wrong.
  private func key(of code: borrowing RecoveryCode) throws -> [UInt8]? {
    guard let secret = try code.secret() else { return nil }
    return secret.bytes.readableBytes
  }

  private func typed(_ text: String) throws -> RecoveryCode {
    try RecoveryCode(typed: try SecretBytes(copying: Array(text.utf8).bytes))
  }

  /// The same groups with one changed; `change` is added to its number.
  private func changed(_ groups: [String], _ number: Int, by change: UInt16 = 0x10) -> [String] {
    var changed = groups
    let value = (UInt16(groups[number - 1], radix: 16) ?? 0) ^ change
    let digits = String(value, radix: 16)
    changed[number - 1] = String(repeating: "0", count: 4 - digits.count) + digits
    return changed
  }

  @Test func `a code is typed with or without blanks and dashes, in either case`() throws {
    let code = try RecoveryCode.random()
    let groups = groups(of: code)
    #expect(groups.count == 18)
    #expect(groups.allSatisfy { $0.utf8.count == 4 && $0.utf8.allSatisfy(\.isLowercaseDigit) })
    let key = try #require(try key(of: code))
    for text in [
      groups.joined(), groups.joined(separator: " "), groups.joined(separator: "-").uppercased(),
      "  " + groups.joined(separator: " \t ") + " ",
    ] {
      let again = try typed(text)
      #expect(try self.key(of: again) == key)
    }
  }

  @Test func `the digits behind the prefix are a key file`() throws {
    let code = try RecoveryCode.random()
    let folder = try TemporaryFolder()
    try writeFile(folder.path("key"), "vault-key-1:" + groups(of: code).joined() + "\n")
    let secret = try SlotSecret(.keyFile(folder.path("key"))) { _ in }
    #expect(try key(of: code) == secret.bytes.readableBytes)
  }

  @Test func `a mistyped group is found, wherever it is`() throws {
    let code = try RecoveryCode.random()
    let groups = groups(of: code)
    for number in 1...RecoveryCode.groupCount {
      let wrong = try typed(changed(groups, number).joined())
      #expect(try key(of: wrong) == nil)
      let suspects = try wrong.suspects()
      // One code in 4,000 has a second suspect by chance.
      #expect(suspects.contains(number) && suspects.count <= 2, "\(suspects)")
      let repaired = try wrong.replacing(
        number, with: try SecretBytes(copying: Array(groups[number - 1].utf8).bytes))
      #expect(try key(of: repaired) != nil)
    }
  }

  @Test func `two mistyped groups are not taken for one`() throws {
    let code = try RecoveryCode.random()
    let groups = groups(of: code)
    for (first, second) in [(1, 2), (5, 18), (17, 18)] {
      let wrong = try typed(changed(changed(groups, first), second, by: 1).joined())
      let suspects = try wrong.suspects()
      #expect(!suspects.contains(first) && !suspects.contains(second), "\(suspects)")
    }
  }

  @Test(arguments: [
    "", "1234", String(repeating: "a", count: 71), String(repeating: "a", count: 73),
  ])
  func `another number of digits is no code`(_ text: String) {
    let error = #expect(throws: VaultError.self) { _ = try typed(text) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("\(text.count) digits instead of 72") == true)
  }

  @Test func `another character is named by its group and not repeated`() {
    let text = String(repeating: "abcd ", count: 6) + "abxd"
    let error = #expect(throws: VaultError.self) { _ = try typed(text) }
    #expect(error?.message.contains("group 7") == true)
    #expect(error?.message.contains("abxd") == false)
  }
}
