// The wrong secret, and key files that are none.

extension Catalogue {
  static func keyFiles() throws -> Scenario {
    var all = Scenario("key-files")
    let line = try Scenario.line(Scenario.standardKey)
    let upper = "vault-key-1:" + line.dropFirst(12).uppercased()
    let flipped = String(line.dropLast()) + (line.last == "0" ? "1" : "0")
    for (name, what, status, text) in [
      ("line-feed", "a key file that ends with LF", 0, line + "\n"),
      ("carriage-return-line-feed", "a key file that ends with CR LF", 0, line + "\r\n"),
      ("no-line-end", "a key file without a line end", 0, line),
      ("carriage-return", "a key file that ends with CR alone", 78, line + "\r"),
      ("two-line-ends", "a key file that ends with an empty line", 78, line + "\n\n"),
      ("space-behind", "a key file with a space behind its line", 78, line + " \n"),
      ("space-before", "a key file with a space before its line", 78, " " + line + "\n"),
      ("byte-order-mark", "a key file with a byte order mark", 78, "\u{feff}" + line + "\n"),
      ("upper-case", "a key file with upper-case digits", 78, upper + "\n"),
      (
        "upper-case-prefix", "a key file with an upper-case prefix", 78, "VAULT" + line.dropFirst(5)
      ),
      ("version-2", "a key file with another prefix", 78, "vault-key-2:" + line.dropFirst(12)),
      ("no-prefix", "the digits of a key file alone", 78, String(line.dropFirst(12))),
      ("wrong-checksum", "a key file with a wrong last digit", 78, flipped + "\n"),
      ("no-checksum", "a key file without its checksum", 78, line.dropLast(8) + "\n"),
      ("short", "a key file without its last digit", 78, line.dropLast() + "\n"),
      ("long", "a key file with a digit more", 78, line + "0\n"),
      ("not-hexadecimal", "a key file with a letter g", 78, line.dropLast() + "g\n"),
      ("twice", "a key file with its line twice", 78, line + "\n" + line + "\n"),
      ("empty", "an empty key file", 78, ""),
      ("password", "a file with a password for a key file", 78, "correct horse\n"),
    ] as [(String, String, Int32, String)] {
      try all.add("vault", what, status, .keyFile(name, text: text))
    }
    return all
  }

  static func wrongSecret() throws -> Scenario {
    var all = Scenario("wrong-secret")
    let text = "p\u{e4}ssword"
    func takesPassphrase(_ vault: inout ForgedVault) { vault.slots = [.passphrase(text)] }

    try all.add("key-file", "the key file of another vault", 77, .strangeKeyFile)
    var near = Scenario.standardKey
    near[31] ^= 1
    try all.add(
      "key-file", "a key file with a right checksum and one bit changed", 77,
      .keyFile("near", text: try Scenario.line(near) + "\n"))
    for (what, tried) in [
      ("a passphrase where there is a key-file slot", "correct horse"),
      ("the text of the key file as passphrase", try Scenario.line(Scenario.standardKey)),
    ] { try all.add("key-file", what, 77, .passphrase(tried)) }
    try all.add("key-file", "no secret for a key-file slot", 75, .nothing)

    for (what, tried) in [
      ("another passphrase", "password"), ("the passphrase and a space", text + " "),
      ("the passphrase in other case", "P\u{e4}ssword"),
      ("the passphrase without its last letter", String(text.dropLast())),
      ("the passphrase in another normal form", "pa\u{308}ssword"),
      ("the passphrase as if its bytes were Latin-1", "p\u{c3}\u{a4}ssword"),
      ("the passphrase and a NUL", text + "\u{0}"),
    ] { try all.add("passphrase", what, 77, .passphrase(tried), takesPassphrase) }
    try all.add(
      "passphrase", "a key file where there is a passphrase slot", 77, .standardKeyFile,
      takesPassphrase)
    try all.add(
      "passphrase", "no secret for a passphrase slot", 75, .nothing, takesPassphrase)

    let keyText = "0123456789abcdef0123456789abcdef"
    try all.add(
      "key-as-passphrase", "the key of the key-file slot as passphrase", 77, .passphrase(keyText)
    ) { $0.slots = [ForgedSlot(.keyFile(Array(keyText.utf8)))] }
    try all.add("many-slots", "three slots of other key files", 77) {
      $0.slots = (1...3).map { ForgedSlot(.keyFile([UInt8](repeating: $0, count: 32))) }
    }
    try all.add("many-passphrases", "two slots of other passphrases", 77, .passphrase("three")) {
      $0.slots = [.passphrase("one"), .passphrase("two")]
    }
    for (what, status, opening) in [
      ("an unknown slot alone, and a key file", 77, .standardKeyFile),
      ("an unknown slot alone, and a passphrase", 77, .passphrase("p")),
      ("an unknown slot alone, and no secret", 75, .nothing),
    ] as [(String, Int32, Scenario.Opening)] {
      try all.add("unknown", what, status, opening) {
        $0.slots = [ForgedSlot(.unknown(type: 9, body: [1, 2, 3]))]
      }
    }
    return all
  }
}
