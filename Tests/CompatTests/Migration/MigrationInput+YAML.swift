extension MigrationInput {
  private static func yaml(
    _ name: String, _ text: String, _ logins: [String], faults: Int = 0
  ) -> MigrationInput {
    MigrationInput(name, "remote.yaml", text, logins: logins, faults: faults)
  }

  private static let token = [":tok3n"]
  private static let alice = ["alice:pw"]

  /// Files in the form of remote.yaml.
  static let yaml: [MigrationInput] = [
    yaml(
      "as yaml.v2 writes it",
      """
      Active: a
      Remotes:
        a:
          URI: cloud.example.com
      «    Token: tok3n
      »    System: false
      Credentials:
      - URI: https://keys.example.com
      «  Auth: Basic YWxpY2U6cHc=
      »  Insecure: false

      """, token + alice),
    yaml(
      "as yaml.v3 writes it",
      """
      Active: a
      Remotes:
          a:
              URI: cloud.example.com
      «        Token: tok3n
      »        System: false
      Credentials:
          - URI: https://keys.example.com
      «      Auth: Basic YWxpY2U6cHc=
      »      Insecure: false

      """, token + alice),
    yaml(
      "a registry's login",
      "Credentials:\n- URI: docker://r.example\n«  Auth: Basic YWxpY2U6cHc=\n»  Insecure: true\n",
      alice),
    yaml(
      "one login under two addresses",
      """
      Credentials:
      - URI: docker://r.example
      «  Auth: Basic YWxpY2U6cHc=
      »- URI: oras://r.example
      «  Auth: Basic YWxpY2U6cHc=
      »
      """, alice),
    yaml(
      "a bearer token",
      "Credentials:\n- URI: https://k.example\n«  Auth: Bearer tok3n\n»  Insecure: false\n", token),
    yaml(
      "lower case",
      "Credentials:\n- URI: https://k.example\n«  Auth: basic YWxpY2U6cHc=\n»  Insecure: false\n",
      alice),
    yaml("the secret first", "Remotes:\n  a:\n«    Token: tok3n\n»    URI: x\n", token),
    yaml("the secret last", "Remotes:\n  a:\n    URI: x\n«    Token: tok3n\n»", token),
    yaml("no line end", "Remotes:\n  a:\n    URI: x«\n    Token: tok3n»", token),
    yaml(
      "no line end, two secrets",
      "Remotes:\n  b:\n    URI: x\n«    Token: tok3n\n»  a:\n    URI: x«\n    Token: tok4n»",
      [":tok3n", ":tok4n"]),
    yaml("only the secret", "Remotes:\n  a:\n    Token:« tok3n»\n", token),
    yaml("only the secret, and a comment", "Remotes:\n  a:\n    Token:« tok3n» # mine\n", token),
    yaml(
      "a comment behind it",
      "Remotes:\n  a:\n    URI: x\n    «Token: tok3n »# mine\n    System: no\n",
      token),
    yaml(
      "comments around it",
      "# top\nRemotes: # all\n  a: # one\n    # before\n«    Token: tok3n\n»    # after\n    URI: x # uri\n# end\n",
      token),
    yaml(
      "comments at the margin",
      "Remotes:\n  a:\n    URI: x\n# before\n«    Token: tok3n\n»# after\n    System: true\n", token
    ),
    yaml(
      "empty lines around it", "Remotes:\n\n  a:\n\n    URI: x\n\n«    Token: tok3n\n»\n\n", token),
    yaml("spaces behind it", "Remotes:\n  a:\n    URI: x\n«    Token: tok3n  \t \n»", token),
    yaml("spaces before the colon", "Remotes:\n  a:\n    URI: x\n«    Token : tok3n\n»", token),
    yaml(
      "many spaces behind the colon", "Remotes:\n  a:\n    URI: x\n«    Token:      tok3n\n»", token
    ),
    yaml("double quotes", "Remotes:\n  a:\n    URI: x\n«    Token: \"tok3n\"\n»", token),
    yaml("single quotes", "Remotes:\n  a:\n    URI: x\n«    Token: 'tok3n'\n»", token),
    yaml("a quoted key", "Remotes:\n  a:\n    URI: x\n«    \"Token\": tok3n\n»", token),
    yaml("a hash inside", "Remotes:\n  a:\n    URI: x\n«    Token: tok#3n\n»", [":tok#3n"]),
    yaml("a number", "Remotes:\n  a:\n    URI: x\n«    Token: 12345\n»", [":12345"]),
    yaml("a word of YAML", "Remotes:\n  a:\n    URI: x\n«    Token: yes\n»", [":yes"]),
    yaml(
      "not ASCII", "Remotes:\n  a:\n    URI: x\n«    Token: tök3n\n»    System: no # é\n",
      [":tök3n"]),
    yaml(
      "a name that is not ASCII", "Remotes:\n  ünï–日本:\n    URI: x\n«    Token: tok3n\n»", token),
    yaml(
      "a remote that is called Token", "Remotes:\n  Token:\n    URI: x\n«    Token: tok3n\n»", token
    ),
    yaml("a name in quotes", "Remotes:\n  \"a b\":\n    URI: x\n«    Token: tok3n\n»", token),
    yaml(
      "a secret in a comment is no matter",
      "# Token: old\nRemotes:\n  a:\n    URI: x\n«    Token: tok3n\n»    # Token: older\n", token),
    yaml(
      "unknown keys", "New: 1\nRemotes:\n  a:\n    Newer: [1, 2]\n«    Token: tok3n\n»    URI: x\n",
      token),
    yaml(
      "a null beside it", "Active:\nRemotes:\n  b:\n  a:\n    URI: x\n«    Token: tok3n\n»", token),
    yaml(
      "null as the token",
      "Remotes:\n  b:\n    Token: null\n  a:\n    URI: x\n«    Token: tok3n\n»", token),
    yaml(
      "an empty token", "Remotes:\n  b:\n    Token: \"\"\n  a:\n    URI: x\n«    Token: tok3n\n»",
      token),
    yaml(
      "a document's start and end", "---\nRemotes:\n  a:\n    URI: x\n«    Token: tok3n\n»...\n",
      token),
    yaml("indented as a whole", "  Remotes:\n    a:\n      URI: x\n«      Token: tok3n\n»", token),
    yaml(
      "keys in another order",
      "Credentials: []\nRemotes:\n  a:\n    URI: x\n«    Token: tok3n\n»Active: a\n", token),
    yaml("brackets around a remote", "Remotes:\n  a: {URI: x«, Token: tok3n»}\n", token),
    yaml("brackets, the secret first", "Remotes:\n  a: {«Token: tok3n, »URI: x}\n", token),
    yaml(
      "brackets, the secret in the middle", "Remotes:\n  a: {URI: x«, Token: tok3n», System: no}\n",
      token),
    yaml("brackets, only the secret", "Remotes:\n  a: {«Token: tok3n»}\n", token),
    yaml("brackets around all", "{Remotes: {a: {URI: x«, Token: tok3n»}}}\n", token),
    yaml("brackets and quotes", "Remotes:\n  a: {\"URI\": \"x\"«, \"Token\": \"tok3n\"»}\n", token),
    yaml(
      "brackets over lines", "Remotes:\n  a: {\n    URI: x«,\n    Token: tok3n»\n  }\n", token),
    yaml(
      "JSON", "{\"Remotes\": {\"a\": {\"URI\": \"x\"«, \"Token\": \"tok3n\"», \"System\": true}}}",
      token),
    yaml(
      "a list with brackets",
      "Credentials: [{URI: https://k.example«, Auth: Basic YWxpY2U6cHc=»}]\n",
      alice),
    yaml(
      "the secret behind the dash",
      "Credentials:\n- «Auth: Basic YWxpY2U6cHc=\n  »URI: https://k.example\n  Insecure: no\n",
      alice),
    yaml(
      "the secret behind the dash, and a comment",
      "Credentials:\n- «Auth: Basic YWxpY2U6cHc= »# mine\n  URI: https://k.example\n", alice),
    yaml(
      "the secret behind the dash, a comment below",
      "Credentials:\n- «Auth: Basic YWxpY2U6cHc=»\n  # mine\n  URI: https://k.example\n", alice),
    yaml(
      "a dash alone",
      "Credentials:\n-\n«  Auth: Basic YWxpY2U6cHc=\n»  URI: https://k.example\n", alice),
    yaml(
      "an entry that is null",
      "Credentials:\n-\n- URI: https://k.example\n«  Auth: Basic YWxpY2U6cHc=\n»", alice),
    yaml(
      "an entry that says nothing we know",
      "Credentials:\n- URI: https://k.example\n  Auth: Digest abc\n- URI: https://l.example\n«  Auth: Bearer tok3n\n»",
      token, faults: 1),
    yaml(
      "an entry without an address",
      "Credentials:\n- Auth: Bearer abc\n- URI: https://l.example\n«  Auth: Bearer tok3n\n»", token,
      faults: 1),
    yaml(
      "Apptainer's own notes of logins",
      "Credentials:\n- URI: docker://r.example\n  Insecure: false\n- URI: https://l.example\n«  Auth: Bearer tok3n\n»",
      token),
    yaml(
      "an alias of what is no secret",
      "Remotes:\n  a:\n    URI: &u x\n«    Token: tok3n\n»  b:\n    URI: *u\n", token),
    yaml(
      "an anchor on the remote",
      "Remotes:\n  a: &r\n    URI: x\n«    Token: tok3n\n»  b:\n    URI: y\n", token),
    yaml(
      "a merge of what is no secret",
      "Remotes:\n  base: &b\n    System: true\n  a:\n    <<: *b\n    URI: x\n«    Token: tok3n\n»",
      token),
    yaml(
      "three kinds",
      """
      Active: a
      Remotes:
        a:
          URI: x
      «    Token: t-of-a
      »  b:
          URI: y
      «    Token: t-of-b
      »Credentials:
      - URI: https://k.example
      «  Auth: Bearer b-of-k
      »  Insecure: false
      - URI: docker://r.example/team
      «  Auth: Basic YWxpY2U6cHc=
      »  Insecure: false

      """, [":t-of-a", ":t-of-b", ":b-of-k", "alice:pw"]),
  ]

  /// Files in the form of remote.yaml that are left as they are.
  static let refusedYAML: [MigrationRefusal] = [
    MigrationRefusal("no YAML", "r.yaml", "Active: [\n", line: 2, "it is not YAML"),
    MigrationRefusal("a list", "r.yaml", "- a\n", line: 1, "not a list"),
    MigrationRefusal("a tab", "r.yaml", "Remotes:\n\ta: 1\n", line: 2, "not with tabs"),
    MigrationRefusal(
      "not UTF-8", "r.yaml", Array("A: \n".utf8) + [0xff, 0x0a], line: 2, "not UTF-8"),
    MigrationRefusal(
      "a key twice", "r.yaml", "Remotes:\n  a:\n    Token: b\n    Token: c\n", line: 3,
      "more than once"),
    MigrationRefusal(
      "two documents", "r.yaml", "Active: a\n---\nActive: b\n", line: 2, "a second document"),
    MigrationRefusal(
      "an anchored secret", "r.yaml", "Remotes:\n  a:\n    Token: &t abc\n", line: 3, "anchor"),
    MigrationRefusal(
      "an aliased secret", "r.yaml", "Remotes:\n  a:\n    URI: &t abc\n    Token: *t\n", line: 4,
      "alias"),
    MigrationRefusal(
      "a tagged secret", "r.yaml", "Remotes:\n  a:\n    Token: !!str abc\n", line: 3, "tag"),
    MigrationRefusal(
      "a merged secret", "r.yaml", "Remotes:\n  a: &a\n    Token: abc\n  b:\n    <<: *a\n", line: 3,
      "merge key"),
    MigrationRefusal(
      "a secret in a block", "r.yaml", "Remotes:\n  a:\n    Token: |\n      abc\n", line: 3, "Token"
    ),
    MigrationRefusal(
      "a secret over lines", "r.yaml", "Remotes:\n  a:\n    Token: \"ab\n      c\"\n", line: 3,
      "on several lines"),
    MigrationRefusal(
      "a secret with escapes", "r.yaml", "Remotes:\n  a:\n    Token: \"a\\u0062c\"\n", line: 3,
      "escapes"),
    MigrationRefusal(
      "a secret that is a list", "r.yaml", "Remotes:\n  a:\n    Token: [abc]\n", line: 3,
      "must be a text"),
    MigrationRefusal(
      "a flag that is none", "r.yaml", "Remotes:\n  a:\n    Token: abc\n    System: maybe\n",
      line: 4,
      "true or false"),
    MigrationRefusal(
      "a comment in brackets before the secret", "r.yaml",
      "Remotes:\n  a: {URI: x, # one\n    Token: abc}\n", line: 3, "not edited"),
  ]
}
