extension OddInput {
  /// Secrets written in a way in which they are not read.
  static let secrets = [
    OddInput(
      "literal Auth", "\(list)    - URI: docker://a.example\n      Auth: |\n        Basic YTpi\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "folded Token", "Remotes:\n  a:\n    Token: >-\n      abc\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "plain Auth on two lines",
      "\(list)    - URI: docker://a.example\n      Auth: Basic\n        YTpi\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "null that goes on", "\(list)    - URI: docker://a.example\n      Auth: null\n        YTpi\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "quoted Auth on two lines",
      "\(list)    - URI: docker://a.example\n      Auth: \"Basic\n        YTpi\"\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "Auth on the next line",
      "\(list)    - URI: docker://a.example\n      Auth:\n        Basic YTpi\n",
      .refused(line: 3, words: "several lines")),
    OddInput(
      "explicit Auth key", "\(list)    - ? Auth\n      : Basic YTpi\n",
      .refused(line: 2, words: "several lines")),
    OddInput(
      "escaped Auth key", "\(list)    - \"\\x41uth\": Basic YTpi\n",
      .refused(line: 2, words: "escapes")),
    OddInput(
      "escapes in Auth", "\(list)    - URI: docker://a.example\n      Auth: \"Basic YT\\x70i\"\n",
      .refused(line: 3, words: "escapes")),
    OddInput(
      "doubled quote in Token", "Remotes:\n  a:\n    Token: 'a''b'\n",
      .refused(line: 3, words: "escapes")),
    OddInput(
      "anchored Auth", "\(list)    - URI: docker://a.example\n      Auth: &x Basic YTpi\n",
      .refused(line: 3, words: "anchor")),
    OddInput(
      "anchored Token", "Remotes:\n  a:\n    Token: &x abc\n", .refused(line: 3, words: "anchor")),
    OddInput(
      "tagged Auth", "\(list)    - URI: docker://a.example\n      Auth: !!str Basic\n",
      .refused(line: 3, words: "tag")),
    OddInput(
      "tagged and quoted Token", "Remotes:\n  a:\n    Token: !!str \"abc\"\n",
      .refused(line: 3, words: "tag")),
    OddInput(
      "binary Token", "Remotes:\n  a:\n    Token: !!binary YWJj\n", .refused(line: 3, words: "tag")),
    OddInput(
      "Token by an alias", "Active: &x abc\nRemotes:\n  a:\n    Token: *x\n",
      .refused(line: 4, words: "alias")),
    OddInput(
      "Auth is a list", "\(list)    - URI: docker://a.example\n      Auth: [a]\n",
      .refused(line: 3, words: "not a list")),
    OddInput(
      "Token is a mapping", "Remotes:\n  a:\n    Token: {a: b}\n",
      .refused(line: 3, words: "Token must be a text")),
  ]

  /// Anchors, aliases and merge keys.
  static let sharing = [
    OddInput(
      "merge key in a remote",
      "Remotes:\n    a: &a {URI: h, System: true}\n    b:\n        <<: *a\n        URI: i\n\(list)\(entry)",
      .kept()),
    OddInput(
      "merge of two",
      "Remotes:\n    a: &a {URI: h}\n    b: &b {System: true}\n    c:\n        <<: [*a, *b]\n\(list)\(entry)",
      .kept()),
    OddInput(
      "anchored remote with a token, used once",
      "Remotes:\n    a: &a\n        Token: abc\n\(list)\(entry)", .kept()),
    OddInput(
      "merge brings a token", "Remotes:\n  a: &a\n    Token: abc\n  b:\n    <<: *a\n",
      .refused(line: 3, words: "merge key")),
    OddInput(
      "alias of a remote with a token", "Remotes:\n  a: &a\n    Token: abc\n  b: *a\n",
      .refused(line: 3, words: "alias")),
    OddInput(
      "merge at the top", "X: &x {Credentials: []}\n<<: *x\n", .refused(line: 2, words: "merge key")
    ),
    OddInput(
      "merge in an entry", "X: &x {URI: docker://a.example}\n\(list)- <<: *x\n",
      .refused(line: 3, words: "merge key")),
    OddInput(
      "alias as an entry", "X: &x {URI: docker://a.example}\n\(list)- *x\n",
      .refused(line: 3, words: "alias")),
    OddInput(
      "alias as the list", "X: &x [{URI: docker://a.example}]\nCredentials: *x\n",
      .refused(line: 2, words: "alias")),
    OddInput(
      "alias as an address", "Active: &x docker://a.example\n\(list)- URI: *x\n",
      .refused(line: 3, words: "alias")),
    OddInput(
      "anchored list", "Credentials: &x\n- URI: docker://a.example\n",
      .refused(line: 1, words: "anchor")),
    OddInput(
      "anchored entry", "\(list)- &x\n  URI: docker://a.example\n",
      .refused(line: 2, words: "anchor")),
    OddInput("alias of nothing", "Active: *x\n", .refused(line: 1, words: "undefined alias")),
    OddInput(
      "too many aliases",
      "X: &x a\nY: [\(Array(repeating: "*x", count: 17).joined(separator: ", "))]\n",
      .refused(line: 2, words: "aliases")),
    OddInput(
      "aliases that multiply",
      "X: &a [\(String(repeating: "x,", count: 20_000))]\nY: &b [*a,*a,*a,*a]\nZ: [*b,*b,*b,*b]\n",
      .refused(line: 3, words: "too many values")),
  ]
}
