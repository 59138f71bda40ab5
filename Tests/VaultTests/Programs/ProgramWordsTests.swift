import SealedFormat
import Testing

@testable import Vault

/// The words of a command in a setting.
struct ProgramWordsTests {
  @Test func `words are separated by blanks, and quotes and backslashes keep them together`() throws
  {
    for (line, words) in [
      ("age -d -i id key.age", ["age", "-d", "-i", "id", "key.age"]),
      ("  a \t b  ", ["a", "b"]),
      ("'my tool' \"second word\"", ["my tool", "second word"]),
      ("a'b c'd", ["ab cd"]), ("'' \"\"", ["", ""]),
      ("'a\\b' \"a\\\"b\" a\\ b", ["a\\b", "a\"b", "a b"]),
      ("$HOME `x` *; ~ #", ["$HOME", "`x`", "*;", "~", "#"]),
      ("pä\u{301} \u{a0}x", ["pä\u{301}", "\u{a0}x"]),
    ] {
      #expect(try Program.words(of: line) == words, "\(line)")
    }
  }

  @Test(arguments: ["", "  ", "'a", "\"a", "a\\", "\"a\\\""])
  func `a line that is no command is refused`(_ line: String) {
    let error = #expect(throws: VaultError.self) { _ = try Program.words(of: line) }
    #expect(error?.code == .invalidInput)
  }

  @Test func `a line that is made of words has the same words`() throws {
    for words in [
      ["age", "-d"], ["my tool", "it's", ""], ["a\\b", "\"", "'", "''"], ["$x", "*", "~/k", "pä"],
    ] {
      #expect(try Program.words(of: Program.line(of: words)) == words)
    }
    #expect(Program.line(of: ["age", "-o", "/a/b.age"]) == "age -o /a/b.age")
  }
}
