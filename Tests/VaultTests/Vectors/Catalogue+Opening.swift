// Files that open: what they hold, and by what.

extension Catalogue {
  static func opens() throws -> Scenario {
    var all = Scenario("opens")
    try all.add("empty", "no login", 0) { $0.entries = [] }
    try all.add("one", "one login", 0)
    try all.add("latest-generation", "the last generation that can be counted", 0) {
      $0.generation = .max
    }
    try all.add("all-kinds", "a login of each kind, and one whose certificate is not checked", 0) {
      $0.entries.append(.other(2, "https://keys.example.com"))
      $0.entries.append(.other(3, "SylabsCloud"))
      $0.entries.append(.other(4, "https://index.docker.io/v1/"))
      $0.entries[2].add(1, [1])
    }
    try all.add("migration", "a login, and what undoes the migration that took it over", 0) {
      $0.entries.append(.other(5, "1/f/0/0"))
      $0.entries[1].username = ""
      $0.entries[1].spellings = []
      $0.entries[1].add(0x4003, Array("/home/alice/.docker/config.json".utf8))
      // One piece of two bytes at offset 7, between two digests.
      let digests = [UInt8](repeating: 0x30, count: 64) + [UInt8](repeating: 0x31, count: 64)
      $0.entries[1].secret = digests + [1, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0x70, 0x77]
    }
    try all.add("all-fields", "every attribute that is known, and a server URL", 0) {
      for (tag, text) in [
        (2, "/etc/ssl/ca.pem"), (3, "/home/alice/client.cert"), (4, "/home/alice/client.key"),
        (5, "for the build"),
      ] as [(UInt16, String)] { $0.entries[0].add(tag, Array(text.utf8)) }
      $0.entries[0].attributes.insert((1, [2]), at: 0)
      $0.entries[0].add(6, .number(UInt64(1_800_000_456)))
      $0.entries[0].add(0x4001, .number(UInt64(1_900_000_000)))
      $0.entries[0].add(0x4002, .number(UInt64(1_800_000_123)))
      $0.entries[0].add(0x4003, Array("/home/alice/.docker/config.json".utf8))
      $0.entries[0].serverURL = "https://registry.example.com/v1/"
    }
    try all.add("latest-times", "the latest times that are in range", 0) {
      $0.entries[0].created = UInt64(Int64.max)
      for tag in [0x4001, 0x4002] as [UInt16] {
        $0.entries[0].add(tag, .number(UInt64(Int64.max)))
      }
    }
    try all.add("earliest-times", "stored at second 0, expires and verified at second 1", 0) {
      $0.entries[0].created = 0
      for tag in [0x4001, 0x4002] as [UInt16] { $0.entries[0].add(tag, .number(UInt64(1))) }
    }
    try all.add("ports", "the same host on the default port and on others", 0) {
      $0.entries = [0, 1, 5000, 65535].map { .registry("registry.example.com", port: $0) }
    }
    try all.add("paths", "prefixes of one registry, one inside another", 0) {
      $0.entries = ["", "org", "org/team", "org-2", "a/b/c/d/e/f"].map {
        .registry("registry.example.com", path: $0)
      }
    }
    try all.add("addresses", "IPv4, IPv6, localhost and Docker Hub as hosts", 0) {
      $0.entries = [
        .registry("127.0.0.1", port: 5000), .registry("::1"), .registry("2001:db8::1", port: 8443),
        .registry("localhost"), .registry("docker.io"),
      ]
    }
    try all.add("same-name", "one name in four kinds is four logins", 0) {
      $0.entries = (1...4).map { .other($0, "example.com") }
    }
    try all.add("spellings", "several spellings in their order", 0) {
      $0.entries[0].spellings = [
        "docker://registry.example.com", "oras://registry.example.com", "REGISTRY.EXAMPLE.COM.",
      ]
    }
    try all.add("empty-texts", "every text that may be empty is", 0) {
      $0.entries = [.other(3, ""), .other(4, "")]
      for place in 0..<2 {
        $0.entries[place].username = ""
        $0.entries[place].spellings = []
      }
    }
    try all.add("longest-text", "a user name of 65535 bytes", 0) {
      $0.entries[0].username = String(repeating: "u", count: 65535)
    }
    try all.add("non-ascii", "texts of two, three and four bytes a character", 0) {
      $0.entries[0].username = "ålice–日本-🗝"
      $0.entries.append(.other(4, "clé été"))
      $0.entries[1].add(0x4003, Array("/home/Ålice/.config".utf8))
    }
    try all.add("forms", "two helper's keys that differ in the form of an accent alone", 0) {
      $0.entries = [.other(4, "\u{e9}"), .other(4, "e\u{301}")]
    }
    try all.add("controls", "texts with NUL, line ends, escapes and a byte order mark", 0) {
      $0.entries = [.other(4, "\u{0}\n\r\t\u{1b}[31m\u{7f}\u{85}\u{2028}\u{feff}")]
      $0.entries[0].username = "a\u{0}b"
    }
    try all.add("index-full", "an index that fills its region to the last byte", 0) {
      $0.entries[0].spellings = [""]
      let record = try $0.entries[0].record(identifier: $0.identifier, secretLength: 0)
      $0.entries[0].spellings = [String(repeating: "s", count: 4096 - 40 - 8 - record.count)]
    }
    try all.add("110-logins", "110 logins, which fill most of their region", 0) {
      $0.entries = (0..<110).map { .registry("r\($0).example.com", port: UInt16($0)) }
      for place in 0..<110 { $0.entries[place].secret = Array("secret \(place)".utf8) }
    }
    return all
  }

  static func secretLengths() throws -> Scenario {
    var all = Scenario("secret-lengths")
    for length in [0, 1, 252, 253, 508, 509, 764, 32768] {
      try all.add("\(length)", "a secret of \(length) bytes", 0) {
        $0.entries[0].secret = try $0.random.next(length)
      }
    }
    try all.add("zeros", "a secret of 100 zero bytes, which are no padding", 0) {
      $0.entries[0].secret = [UInt8](repeating: 0, count: 100)
    }
    try all.add("all-bytes", "a secret with each byte once", 0) {
      $0.entries[0].secret = [UInt8](0...255)
    }
    try all.add("no-filler", "32 secrets that fill their region to the last byte", 0) {
      $0.entries = (0..<32).map { .registry("r\($0).example.com") }
      // 32 × 40 bytes and 59 × 256 are 16384.
      for place in 0..<27 { $0.entries[place].secret = try $0.random.next(300) }
    }
    return all
  }

  static func unlocking() throws -> Scenario {
    var all = Scenario("unlocking")
    let other = ForgedSlot(.keyFile([UInt8](repeating: 7, count: 32)))
    let unknown = ForgedSlot(.unknown(type: 9, body: [UInt8](repeating: 0x5a, count: 1000)))
    try all.add("second-key-file", "the key file is that of the second slot", 0) {
      $0.slots.insert(other, at: 0)
    }
    try all.add("last-of-32", "32 key-file slots, the last of which opens", 0) {
      $0.slots = (0..<31).map { ForgedSlot(.keyFile([UInt8](repeating: $0, count: 32))) } + $0.slots
    }
    try all.add("unknown-first", "a slot of type 4, which is skipped, stands first", 0) {
      $0.slots.insert(unknown, at: 0)
    }
    try all.add("unknown-last", "a slot of type 65535 without a body stands last", 0) {
      $0.slots.append(ForgedSlot(.unknown(type: .max, body: [])))
    }
    try all.add("type-0", "a slot of type 0, all bytes zero, is an unknown one", 0) {
      $0.slots.append(
        ForgedSlot(.unknown(type: 0, body: []), identifier: [0, 0, 0, 0, 0, 0, 0, 0]))
    }
    try all.add("many-unknown", "31 unknown slots around one that opens", 0) {
      for type in UInt16(5)..<36 {
        $0.slots.insert(
          ForgedSlot(.unknown(type: type, body: [UInt8](repeating: 1, count: Int(type) - 4))),
          at: type % 2 == 0 ? 0 : $0.slots.count)
      }
    }
    for (name, what, text) in [
      ("passphrase", "a passphrase at the least cost", "correct horse"),
      ("shortest-passphrase", "a passphrase of one byte", "p"),
      ("longest-passphrase", "a passphrase of 1024 bytes", String(repeating: "long", count: 256)),
      ("non-ascii-passphrase", "a passphrase in UTF-8, composed", "p\u{e4}ssw\u{f6}rd-🗝"),
      ("decomposed-passphrase", "a passphrase in UTF-8, decomposed", "pa\u{308}sswo\u{308}rd"),
      ("spaced-passphrase", "a passphrase that begins and ends with spaces", "  two  words  "),
      ("control-passphrase", "a passphrase with control characters", "\u{1}a\nb\tc\u{7f}"),
    ] {
      try all.add(name, what, 0, .passphrase(text)) { $0.slots = [.passphrase(text)] }
    }
    try all.add("odd-cost", "3 passes over 20001 KiB, which is no whole MiB", 0, .passphrase("odd"))
    {
      $0.slots = [ForgedSlot(.passphrase("odd", passes: 3, memory: 20001))]
    }
    try all.add("fourth-passphrase", "the last of four passphrases", 0, .passphrase("four")) {
      $0.slots = ["one", "two", "three", "four"].map { .passphrase($0) }
    }
    try all.add("both-by-key-file", "a passphrase slot first, opened by its key file", 0) {
      $0.slots.insert(.passphrase("correct horse"), at: 0)
    }
    try all.add(
      "both-by-passphrase", "a key-file slot first, opened by its passphrase", 0,
      .passphrase("correct horse")
    ) { $0.slots.append(.passphrase("correct horse")) }
    return all
  }
}
