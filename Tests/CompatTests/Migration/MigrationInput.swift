import Testing

/// A file, and what a migration has to take out of it: what stands between « and ».
struct MigrationInput: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the file is called, which says its form.
  let file: String
  let before: [UInt8]
  let after: [UInt8]
  /// The logins that are taken over, each as USER:SECRET.
  let logins: [String]
  /// How many logins are left where they are.
  let faults: Int

  var testDescription: String { name }

  init(
    _ name: String, _ file: String, _ text: String, logins: [String], faults: Int = 0
  ) {
    self.name = name
    self.file = file
    var before = ""
    var after = ""
    var isTaken = false
    for character in text {
      switch character {
      case "«": isTaken = true
      case "»": isTaken = false
      default:
        before.append(character)
        if !isTaken { after.append(character) }
      }
    }
    self.before = Array(before.utf8)
    self.after = Array(after.utf8)
    self.logins = logins
    self.faults = faults
  }

  private init(_ name: String, of other: MigrationInput, _ change: ([UInt8]) -> [UInt8]) {
    self.name = "\(other.name), \(name)"
    file = other.file
    before = change(other.before)
    after = change(other.after)
    logins = other.logins
    faults = other.faults
  }

  /// The same with other line ends, and with a byte order mark.
  var variants: [MigrationInput] {
    let withCR = MigrationInput("with CR LF", of: self) { bytes in
      bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    }
    let withMark = MigrationInput("with a mark", of: self) { [0xef, 0xbb, 0xbf] + $0 }
    let isOdd = before.contains(0x0d) || before.starts(with: [0xef, 0xbb, 0xbf])
    return isOdd ? [self] : [self, withCR, withMark]
  }
}

/// A file that is left as it is.
struct MigrationRefusal: Sendable, CustomTestStringConvertible {
  let name: String
  let file: String
  let text: [UInt8]
  let line: Int
  let words: String

  var testDescription: String { name }

  init(_ name: String, _ file: String, _ text: String, line: Int, _ words: String) {
    self.init(name, file, Array(text.utf8), line: line, words)
  }

  init(_ name: String, _ file: String, _ text: [UInt8], line: Int, _ words: String) {
    self.name = name
    self.file = file
    self.text = text
    self.line = line
    self.words = words
  }
}
