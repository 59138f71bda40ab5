/// A file of `Sources`: where it is, and what it says.
struct SourceFile {
  /// The path from the folder of `Package.swift`.
  let path: String
  /// The name of its target.
  let module: String
  /// The folder inside the target; "." for the target's own.
  let folder: String
  let tokens: [Token]
  private(set) var declarations = Declarations()

  /// - Parameter path: Starts with `Sources/MODULE/`.
  init(path: String, bytes: [UInt8]) {
    let parts = path.split(separator: "/")
    self.path = path
    module = String(parts[1])
    folder = parts.count > 3 ? parts[2..<(parts.count - 1)].joined(separator: "/") : "."
    tokens = Lexer.tokens(of: bytes)
    declarations = Declarations(of: self)
  }

  /// The modules that the file imports, with the line of each.
  var imports: [(module: String, line: Int)] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
    return tokens.indices.dropLast().compactMap { index in
      guard tokens[index].text == "import" else { return nil }
      let next = tokens[index + 1]
      let name = kinds.contains(next.text) && index + 2 < tokens.count ? tokens[index + 2] : next
      return (name.text, name.line)
    }
  }

  /// Whether the word at an index is a member of what a dot separates it from.
  func isMember(at index: Int) -> Bool {
    guard index > 0, tokens[index - 1].text == "." else { return false }
    return index < 2 || tokens[index - 2].text != "."  // a range
  }

  func text(at index: Int) -> String? { tokens.indices.contains(index) ? tokens[index].text : nil }
}
