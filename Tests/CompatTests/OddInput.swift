import Testing

/// An odd remote.yaml and what becomes of it.
struct OddInput: Sendable, CustomTestStringConvertible {
  enum Fate: Sendable {
    /// Read with these warnings (a part of each); a login and a logout leave what `after` says.
    case kept(warnings: [String] = [], after: After = .same)
    /// Read, but not edited: the refusal says so.
    case readOnly(warnings: [String] = [], words: String)
    /// Refused at this line.
    case refused(line: Int, words: String)
  }

  enum After: Sendable {
    case same
    case plus(String)
    case exactly(String)
  }

  let name: String
  let text: [UInt8]
  let fate: Fate
  var testDescription: String { name }

  init(_ name: String, _ text: String, _ fate: Fate) {
    self.init(name, bytes: Array(text.utf8), fate)
  }

  init(_ name: String, bytes: [UInt8], _ fate: Fate) {
    self.name = name
    text = bytes
    self.fate = fate
  }
}

extension OddInput {
  static let all = layouts + styles + oddValues + secrets + sharing + malformed

  /// What odd things are put around.
  static let entry = "    - URI: docker://a.example\n      Insecure: false\n"
  static let list = "Credentials:\n"
}
