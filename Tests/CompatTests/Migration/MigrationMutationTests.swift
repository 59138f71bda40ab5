import Testing
import SealedFormat
import Vault

@testable import Compat

/// Damaged files by the thousand, the same ones every time.
struct MigrationMutationTests {
  /// What YAML and JSON have a meaning for, so that damage is not just noise.
  private static let parts = [
    "\n", " ", "\t", "- ", ": ", ":", "#", "\"", "'", "|\n", "&x ", "*x", "<<: ", "{", "}", "[",
    "]", ",",
    "---\n", "\r\n", "ü", "null", "Auth: ", "Token: ", "Token: abc\n", "\"auth\":\"YWxpY2U6cHc=\",",
    "\"password\":\"x\",", "\"username\":\"u\",", "\\", "\\u0041",
  ]

  @Test(arguments: [MigrationInput.yaml, MigrationInput.json])
  func `what is taken out of a damaged file comes back to the byte, or the file is refused`(
    _ inputs: [MigrationInput]
  ) throws {
    var numbers = Numbers(state: 5)
    let folder = try ScratchFolder()
    let environment = Environment(["HOME": folder.path], workingFolder: folder.path)
    var edited = 0
    for round in 0..<1200 {
      let input = inputs[round % inputs.count]
      let text = damage(input.before, &numbers)
      let path = try folder.write(text, as: input.file)
      do {
        guard let source = try MigrationSource.read(MigrationPlace.named(path, in: environment)),
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
          #expect(contents(of: try again.restored(from: after)) == text)
          for login in logins { #expect(try !source.secret(of: login).isEmpty) }
          let rest = try folder.write(contents(of: after), as: "rest-\(input.file)")
          let left = try MigrationSource.read(MigrationPlace.named(rest, in: environment))
          #expect((left?.logins.count ?? 0) == source.logins.count - logins.count)
        }
        edited += 1
      } catch let error as VaultError {
        #expect(error.code == .damaged, "\(error.message)")
      }
    }
    // Were nearly all refused, the test would show little.
    #expect(edited > 150, "\(edited)")
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
