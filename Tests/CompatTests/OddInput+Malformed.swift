extension OddInput {
  /// What is no remote.yaml.
  static let malformed = [
    OddInput(
      "second document", "Active: a\n---\nActive: b\n", .refused(line: 2, words: "second document")),
    OddInput(
      "second, empty document", "Active: a\n---\n", .refused(line: 2, words: "second document")),
    OddInput(
      "tab as indentation", "\(list)\t- URI: docker://a.example\n", .refused(line: 2, words: "tabs")
    ),
    OddInput(
      "blank line of a tab", "\(list)\(entry)\t\nActive: a\n", .refused(line: 4, words: "tab")),
    OddInput("quote not closed", "Active: \"a\n", .refused(line: 2, words: "not YAML")),
    OddInput(
      "cut in an entry", "\(list)    - URI: docker://a.example\n      Auth\n",
      .refused(line: 4, words: "not YAML")),
    OddInput(
      "duplicate key in an entry", "\(list)    - URI: a\n      URI: b\n",
      .refused(line: 2, words: "more than once")),
    OddInput(
      "duplicate key, once quoted", "Remotes:\n  12: {}\n  \"12\": {}\n",
      .refused(line: 2, words: "more than once")),
    OddInput(
      "duplicate Auth", "\(list)- Auth: a\n  Auth: b\n", .refused(line: 2, words: "more than once")),
    OddInput(
      "Credentials is a mapping", "Credentials:\n    URI: docker://a.example\n",
      .refused(line: 1, words: "Credentials must be a list")),
    OddInput("Remotes is a list", "Remotes:\n- a\n", .refused(line: 1, words: "not be a list")),
    OddInput(
      "Keyservers is a text", "Remotes:\n  a:\n    Keyservers: x\n",
      .refused(line: 3, words: "Keyservers must be a list")),
    OddInput(
      "entry is a text", "\(list)- docker://a.example\n", .refused(line: 2, words: "not be a text")),
    OddInput(
      "Active is a list", "Active: [a]\n", .refused(line: 1, words: "Active must be a text")),
    OddInput(
      "flag is a word", "\(list)- Insecure: maybe\n", .refused(line: 2, words: "true or false")),
    OddInput(
      "flag is quoted", "Remotes:\n  a:\n    System: \"yes\"\n",
      .refused(line: 3, words: "quoted text")),
    OddInput(
      "control character", "Active: a\n# \u{07}\n",
      .refused(line: 2, words: "character that YAML does not allow")),
    OddInput("NUL", bytes: Array("Active: a\nRemotes: \0\n".utf8), .refused(line: 2, words: "U+0")),
    OddInput(
      "byte order mark inside", "Active: a\n\u{feff}Remotes: {}\n",
      .refused(line: 2, words: "U+feff")),
    OddInput("UTF-16", bytes: [0xff, 0xfe, 0x41, 0x00], .refused(line: 1, words: "not UTF-8")),
    OddInput(
      "cut UTF-8", bytes: Array("Active: a\n# ".utf8) + [0xc3],
      .refused(line: 2, words: "not UTF-8")),
    OddInput(
      "overlong UTF-8", bytes: Array("\n\n# ".utf8) + [0xc0, 0xaf],
      .refused(line: 3, words: "not UTF-8")),
    OddInput(
      "nested 40 deep",
      "X: \(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))\n",
      .refused(line: 1, words: "deep")),
    OddInput(
      "nested 100,000 deep in brackets", "X: \(String(repeating: "[", count: 100_000))\n",
      .refused(line: 1, words: "deep")),
    OddInput(
      "nested 100,000 deep in dashes", String(repeating: "- ", count: 100_000) + "\n",
      .refused(line: 1, words: "deep")),
    OddInput(
      "nested 100,000 deep in explicit keys", String(repeating: "? ", count: 100_000) + "\n",
      .refused(line: 1, words: "deep")),
    OddInput("only a tag and a value", "!!str x\n", .refused(line: 1, words: "not a text")),
    OddInput(
      "unknown directive version", "%YAML 9.9\n---\nActive: a\n",
      .refused(line: 1, words: "not YAML")),
  ]
}
