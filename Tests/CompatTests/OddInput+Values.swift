extension OddInput {
  /// Nulls, unknown keys, odd addresses.
  static let oddValues = [
    OddInput(
      "null list", "Credentials: null\n",
      .kept(warnings: [], after: .exactly("Credentials:\n"))),
    OddInput(
      "tilde list", "Credentials: ~ # none\n",
      .kept(warnings: [], after: .exactly("Credentials: # none\n"))),
    OddInput(
      "null entry", "\(list)    - null\n\(entry)",
      .kept(warnings: ["line 2: an entry of Credentials has no value"])),
    OddInput(
      "null entry last", "\(list)\(entry)    -\n",
      .kept(warnings: ["line 4: an entry of Credentials has no value"])),
    OddInput(
      "null fields", "\(list)    - URI:\n      Auth: ~\n      Insecure: null\n",
      .kept(warnings: [
        "line 2: URI", "line 3: Auth", "line 4: Insecure",
        "line 2: an entry of Credentials has no URI",
      ])),
    OddInput(
      "null flags of a remote",
      "Remotes:\n    a:\n        System:\n        Token:\n        Keyservers:\n\(list)\(entry)",
      .kept(warnings: ["line 3: System", "line 4: Token", "line 5: Keyservers"])),
    OddInput(
      "unknown keys everywhere",
      "X: 1\nRemotes:\n    a:\n        Y: 2\n        Keyservers:\n            - Z: 3\n\(list)    - URI: docker://a.example\n      auth: x\n",
      .kept(warnings: ["\"X\"", "\"Y\"", "\"Z\"", "line 9: the unknown key \"auth\""])),
    OddInput(
      "unknown key with control characters", "\"a\\e[2J\": 1\n\(list)\(entry)",
      .kept(warnings: ["\"a\\u{1b}[2J\""])),
    OddInput(
      "list as an unknown key", "? [a, b]\n: c\n\(list)\(entry)",
      .kept(warnings: ["line 1: the unknown key"])),
    OddInput(
      "address that is none", "\(list)    - URI: docker://a b\n",
      .kept(warnings: ["line 2: left out of lists, but kept"])),
    OddInput(
      "address of another scheme", "\(list)    - URI: library://x\n      Auth: Basic YTpi\n",
      .kept(warnings: ["line 2: left out"])),
    OddInput("duplicate entries", "\(list)\(entry)\(entry)", .kept()),
    OddInput(
      "two logins for one registry",
      "\(list)    - URI: docker://a.example\n      Auth: Basic YTpi\n    - URI: oras://a.example\n      Auth: Basic YTpj\n",
      .kept(warnings: ["line 4: a login for a.example is there from line 2"])),
    OddInput(
      "names that are not ASCII",
      "Active: größe\nRemotes:\n    größe: {URI: ü}\n    日本: {Token: t}\n\(list)    - URI: docker://a.example # größer\n      Auth: Basic YTpi\n",
      .kept()),
    OddInput(
      "address that is not ASCII", "\(list)    - URI: docker://größe.example\n",
      .kept(warnings: ["line 2: left out"])),
    OddInput(
      "very long line", "# \(String(repeating: "x", count: 300_000))\n\(list)\(entry)", .kept()),
    OddInput(
      "very long token",
      "Remotes:\n    a:\n        Token: \(String(repeating: "t", count: 40_000))\n\(list)\(entry)",
      .kept()),
    OddInput(
      "many entries",
      list + (0..<500).map { "- URI: docker://r\($0).example\n  Auth: Basic YTpi\n" }.joined(),
      .kept()),
    OddInput(
      "Basic that is not base64", "\(list)    - URI: docker://a.example\n      Auth: Basic !!!\n",
      .kept(warnings: ["line 2: the Auth there is neither"])),
    OddInput(
      "Basic without a colon", "\(list)    - URI: docker://a.example\n      Auth: Basic YWI=\n",
      .kept(warnings: ["line 2: the Auth"])),
    OddInput(
      "another scheme of Auth",
      "\(list)    - URI: docker://a.example\n      Auth: Digest a=\"b\", c=d\n",
      .kept(warnings: ["line 2: the Auth"])),
    OddInput("number as Auth", "\(list)    - URI: https://k.example\n      Auth: 12\n", .kept()),
    OddInput(
      "quoted null as Auth", "\(list)    - URI: https://k.example\n      Auth: \"null\"\n", .kept()),
    OddInput("empty Auth", "\(list)    - URI: docker://a.example\n      Auth: \"\"\n", .kept()),
    OddInput(
      "comment behind Auth", "\(list)    - URI: docker://a.example\n      Auth: 'Basic YTpi' # x\n",
      .kept()),
  ]
}
