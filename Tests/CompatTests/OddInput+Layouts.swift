extension OddInput {
  /// Comments, blank lines, line ends and indentation.
  static let layouts = [
    OddInput("comment before everything", "# top\n\(list)\(entry)", .kept()),
    OddInput("comment behind the key", "Credentials: # logins\n\(entry)", .kept()),
    OddInput("comment between key and list", "\(list)# here\n\(entry)", .kept()),
    OddInput("comment at the end", "\(list)\(entry)# end\n", .kept()),
    OddInput("comment without a line end", "\(list)\(entry)# end", .kept()),
    OddInput("indented comment at the end", "\(list)\(entry)      # of the entry\n", .kept()),
    OddInput(
      "comment inside an entry",
      "\(list)    - URI: docker://a.example\n# odd\n      Insecure: false\n", .kept()),
    OddInput(
      "comment behind the dash", "\(list)    - # first\n      URI: docker://a.example\n", .kept()),
    OddInput("comment with a secret's key in it", "# Auth: Basic YTpi\n\(list)\(entry)", .kept()),
    OddInput(
      "blank lines between", "\(list)\n\(entry)\n\n\(entry.replacing("a.ex", with: "b.ex"))\n",
      .kept()),
    OddInput("list before the rest", "\(list)\(entry)Active: a\nRemotes: {}\n", .kept()),
    OddInput(
      "list before a comment and the rest", "\(list)\(entry)\n# remotes\nRemotes: {}\n", .kept()),
    OddInput("no line end", "\(list)    - URI: docker://a.example", .kept()),
    OddInput("no line end, no list", "Active: a", .kept(after: .plus("\nCredentials:"))),
    OddInput(
      "no line end behind the key", "Credentials:",
      .kept(warnings: [])),
    OddInput(
      "CRLF",
      "Active: a\r\n\(list.replacing("\n", with: "\r\n"))\(entry.replacing("\n", with: "\r\n"))",
      .kept(warnings: ["line 1: line ends of another system"])),
    OddInput(
      "CRLF, no list", "Active: a\r\n",
      .kept(warnings: ["line 1: line ends"], after: .plus("Credentials:\r\n"))),
    OddInput(
      "CRLF in one line only", "\(list)    - URI: docker://a.example\r\n      Insecure: false\n",
      .kept(warnings: ["line 2: line ends"])),
    OddInput(
      "CR alone", "Active: a\rRemotes: {}\r",
      .kept(warnings: ["line 1: line ends"], after: .plus("Credentials:\n"))),
    OddInput(
      "byte order mark", "\u{feff}\(list)\(entry)", .kept(warnings: ["line 1: a byte order mark"])),
    OddInput(
      "byte order mark alone", "\u{feff}",
      .kept(
        warnings: ["line 1: a byte order mark"],
        after: .plus("Active: \"\"\nRemotes: {}\nCredentials:\n"))),
    OddInput("NEL and LS end lines", "Active: a\u{85}# x\u{2028}\(list)\(entry)", .kept()),
    OddInput("document marks", "---\n\(list)\(entry)...\n", .kept()),
    OddInput(
      "document end, no list", "Active: a\n...\n",
      .kept(after: .exactly("Active: a\nCredentials:\n...\n"))),
    OddInput("version directive", "%YAML 1.1\n---\n\(list)\(entry)", .kept()),
    OddInput(
      "whole file indented", "  Active: a\n  Credentials:\n  - URI: docker://a.example\n", .kept()),
    OddInput(
      "whole file indented, no list", "  Active: a\n", .kept(after: .plus("  Credentials:\n"))),
    OddInput(
      "indented by one", "Remotes:\n a:\n  URI: x\nCredentials:\n - URI: docker://a.example\n",
      .kept()),
    OddInput(
      "wide gap behind the dash", "\(list)-     URI: docker://a.example\n      Insecure: false\n",
      .kept()),
    OddInput(
      "trailing spaces", "\(list)    - URI: docker://a.example   \n      Insecure: false  \n",
      .kept()),
  ]

  /// Quotes, brackets and block scalars.
  static let styles = [
    OddInput(
      "quoted keys",
      "\"Credentials\":\n    - 'URI': docker://a.example\n      \"Auth\": Basic YTpi\n", .kept()),
    OddInput("quoted address", "\(list)    - URI: \"docker://a.example\"\n", .kept()),
    OddInput(
      "dash in a quoted address",
      "\(list)    - URI: 'docker://a.example'\n      Note: |\n        - URI: no\n",
      .kept(warnings: ["line 3: the unknown key \"Note\""])),
    OddInput(
      "folded note",
      "\(list)    - URI: docker://a.example\n      Note: >-\n        # no comment\n        x\n",
      .kept(warnings: ["line 3"])),
    OddInput(
      "note on two lines that looks like an entry",
      "\(list)    - URI: docker://a.example\n      Note: \"x\n    - y\"\n",
      .readOnly(warnings: ["line 3"], words: "not edited")),
    OddInput(
      "empty list in brackets", "Credentials: []\n", .kept(after: .exactly("Credentials:\n"))),
    OddInput(
      "empty list in brackets, comment", "Credentials: [ ] # none\n",
      .kept(after: .exactly("Credentials: # none\n"))),
    OddInput(
      "list in brackets", "Credentials: [{URI: docker://a.example}]\n",
      .readOnly(words: "brackets ([…]), which is read, but not edited")),
    OddInput(
      "list in brackets over lines",
      "Credentials: [\n  {URI: docker://a.example,\n  Auth: Basic YTpi}\n]\n",
      .readOnly(words: "brackets")),
    OddInput(
      "whole file in brackets", "{Active: a, Remotes: {}}\n", .readOnly(words: "brackets ({…})")),
    OddInput(
      "entry in brackets", "\(list)- {URI: docker://a.example, Auth: Basic YTpi, Insecure: true}\n",
      .kept()),
    OddInput(
      "remotes in brackets",
      "Remotes: {a: {URI: h, Token: t.o-k_n, System: true}}\n\(list)\(entry)", .kept()),
    OddInput(
      "remote named Token, in brackets",
      "Remotes:\n  Token: {URI: h, System: true}\nCredentials:\n- URI: docker://a.example\n",
      .kept()),
    OddInput(
      "explicit keys", "? Credentials\n: - URI: docker://a.example\n",
      .readOnly(words: "not edited")),
    OddInput("dash on a line of its own", "\(list)    -\n      URI: docker://a.example\n", .kept()),
    OddInput(
      "key order turned",
      "\(list)    - Insecure: true\n      Auth: Basic YTpi\n      URI: docker://a.example\n",
      .kept()),
  ]
}
