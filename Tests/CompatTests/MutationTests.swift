@testable import Compat
import Testing
import SealedFormat
import Vault
import VaultTestSupport

/// Thousands of damaged files, the same ones in every run.
struct MutationTests {
  /// What YAML has a meaning for, so that damage is not just noise.
  private static let parts = [
    "\n", " ", "  ", "- ", ": ", "#", "\"", "'", "|\n", ">", "&x ", "*x", "!!str ", "<<: ", "{",
    "}",
    "[", "]", ",", "? ", "---\n", "...\n", "\t", "\r\n", "\u{85}", "ü", "~", "null", "Auth: ",
    "Token: ", "URI: docker://new.example\n", "Credentials:\n", "\\",
  ]

  @Test func `a damaged file is edited soundly or refused, and never crashes the reader`() throws {
    var numbers = Numbers(state: 20)
    let seeds =
      OddInput.all.filter { $0.text.count < 1000 }.map(\.text) + [Array(StoreTests.full.utf8)]
    var edited = 0
    let rounds = FullSweep.cases(of: 2000, sample: 300, "damaged remote.yaml")
    for round in 0..<rounds {
      let text = damage(seeds[round % seeds.count], &numbers)
      let value = try SecretBytes(readable: "Basic YWxpY2U6czNjcmV0")
      do {
        let before = try configuration(text)
        let after = try change(before, by: value) {
          try $0.keeping(
            try scope("new.example"), at: [try RegistryURI("new.example")], isInsecure: false)
        }
        let isIn = after.credentials.contains {
          $0.registry?.text == "docker://new.example" && $0.username == "alice"
        }
        #expect(isIn, "\(String(decoding: text, as: UTF8.self))")
        let last = try change(after, by: value) {
          try present(try $0.removing(try scope("new.example")))
        }
        #expect(!last.credentials.contains { $0.registry?.text == "docker://new.example" })
        #expect(last.remotes.map(\.name) == before.remotes.map(\.name))
        edited += 1
      } catch let error as VaultError {
        #expect(error.code == .damaged, "\(error.message)")
      }
    }
    // If nearly all were refused, the test would show little.
    #expect(edited > rounds * 3 / 20, "\(edited)")
  }

  private func change(
    _ configuration: borrowing RemoteConfiguration, by value: borrowing SecretBytes,
    _ edit: (borrowing RemoteConfiguration) throws -> RemoteEdit
  ) throws -> RemoteConfiguration {
    let text = try configuration.edited(by: try edit(configuration), secret: value.bytes)
    return try RemoteConfiguration(text, path: "remote.yaml")
  }

  private func damage(_ text: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...3, using: &numbers) {
      let place = Int.random(in: 0...text.count, using: &numbers)
      let end = min(text.count, place + Int.random(in: 0...8, using: &numbers))
      switch Int.random(in: 0..<3, using: &numbers) {
      case 0: text.removeSubrange(place..<end)
      case 1: text.insert(contentsOf: text[place..<end], at: text.startIndex)
      default:
        text.insert(
          contentsOf: Self.parts.randomElement(using: &numbers)?.utf8 ?? "".utf8, at: place)
      }
    }
    return text
  }
}
