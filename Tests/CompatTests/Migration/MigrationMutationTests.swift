import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import Compat

/// Thousands of damaged files, the same ones in every run.
struct MigrationMutationTests {
  /// What YAML and JSON have a meaning for, so that damage is not just noise.
  private static let parts = [
    "\n", " ", "\t", "- ", ": ", ":", "#", "\"", "'", "|\n", "&x ", "*x", "<<: ", "{", "}", "[",
    "]", ",",
    "---\n", "\r\n", "ü", "null", "Auth: ", "Token: ", "Token: abc\n", "\"auth\":\"YWxpY2U6cHc=\",",
    "\"password\":\"x\",", "\"username\":\"u\",", "\\", "\\u0041",
  ]

  @Test(arguments: ["YAML", "JSON"])
  func `what is taken out of a damaged file comes back to the byte, or the file is refused`(
    _ format: String
  ) throws {
    let inputs = format == "YAML" ? MigrationInput.yaml : MigrationInput.json
    var numbers = Numbers(state: 5)
    let folder = try TemporaryFolder()
    let environment = Environment(["HOME": folder.path], workingFolder: folder.path)
    var edited = 0
    let rounds = FullSweep.cases(of: 1200, sample: 200, "damaged \(format) to migrate")
    for round in 0..<rounds {
      let input = inputs[round % inputs.count]
      let text = damage(input.before, &numbers)
      let path = try folder.write(text, as: input.file)
      do {
        guard let source = try PlaintextFile.read(PlaintextPlace.named(path, in: environment)),
          !source.logins.isEmpty
        else { continue }
        // Also one alone, as where the others are undecided.
        for logins in [source.logins, [source.logins[round % source.logins.count]]] {
          let ranges = try source.removals(of: logins)
          let after = try source.edited(removing: ranges, logins)
          let undo = try source.withText { (text) throws(VaultError) in
            try FileUndo(of: text, removing: ranges, edited: after.bytes)
          }
          let again = try FileUndo(SecretBytes(copying: undo.bytes.bytes))
          let restored = try again.restored(from: after)
          #expect(restored.readableBytes == text)
          for login in logins { #expect(try !source.secret(of: login).isEmpty) }
          let rest = try folder.write(after.readableBytes, as: "rest-\(input.file)")
          let left = try PlaintextFile.read(PlaintextPlace.named(rest, in: environment))
          #expect((left?.logins.count ?? 0) == source.logins.count - logins.count)
        }
        edited += 1
      } catch let error as VaultError {
        #expect(error.code == .damaged, "\(error.message)")
      }
    }
    // If nearly all were refused, the test would show little.
    #expect(edited > rounds / 8, "\(edited)")
  }

  private func damage(_ text: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...3, using: &numbers) {
      let place = Int.random(in: 0...text.count, using: &numbers)
      let end = min(text.count, place + Int.random(in: 0...8, using: &numbers))
      switch Int.random(in: 0..<3, using: &numbers) {
      case 0: text.removeSubrange(place..<end)
      case 1: text.insert(contentsOf: text[place..<end], at: end)
      default:
        text.insert(
          contentsOf: Self.parts.randomElement(using: &numbers)?.utf8 ?? "".utf8, at: place)
      }
    }
    return text
  }
}
