extension StringProtocol {
  /// The text without spaces and tabs at its ends.
  package var trimmingBlanks: String { trimming { $0 == " " || $0 == "\t" } }

  /// The text without white space at its ends, by the same rule as Go's `strings.TrimSpace`.
  package var trimmingSpace: String { trimming { $0.properties.isWhitespace } }

  private func trimming(_ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
    let start = unicodeScalars.drop(while: isTrimmed)
    guard let last = start.lastIndex(where: { !isTrimmed($0) }) else { return "" }
    return String(String.UnicodeScalarView(start[...last]))
  }
}
