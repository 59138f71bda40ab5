package import SealedFormat

extension Program {
  /// The words of a line, as in a setting: separated by blanks, and quoted as in a shell if they have any.
  ///
  /// Nothing is expanded. Between single quotes every character stands for itself; elsewhere a backslash
  /// makes the next one do so.
  ///
  /// - Throws: `invalidInput` if a quote is not closed, or there is no word.
  package static func words(of line: String) throws(VaultError) -> [String] {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = Array(line.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        word = word ?? []
      } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
        guard let next = rest.popFirst() else {
          throw VaultError(.invalidInput, "a command ends with a backslash")
        }
        word = (word ?? []) + [next]
      } else if byte.isBlank, quote == nil {
        if let whole = word { words.append(String(decoding: whole, as: UTF8.self)) }
        word = nil
      } else {
        word = (word ?? []) + [byte]
      }
    }
    guard quote == nil else {
      throw VaultError(.invalidInput, "a quote in a command is not closed")
    }
    if let whole = word { words.append(String(decoding: whole, as: UTF8.self)) }
    guard !words.isEmpty else { throw VaultError(.invalidInput, "a command has no words") }
    return words
  }

  /// The line that has these words.
  package static func line(of words: [String]) -> String {
    words.map { word in
      let isPlain = word.utf8.allSatisfy {
        $0.isLetter || $0.isDigit || "-_./:=,+@%".utf8.contains($0)
      }
      return isPlain && !word.isEmpty
        ? word
        : "'"
          + word.split(separator: "'", omittingEmptySubsequences: false)
          .joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
