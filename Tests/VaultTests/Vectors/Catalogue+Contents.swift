// Indexes and secrets that a holder of the key has sealed, and that no vault writes.

extension Catalogue {
  static func index() throws -> Scenario {
    var all = Scenario("index")
    func edits(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.editIndex = edit }
    }
    try edits("count-0", "no record, so the count says, and yet there is one") { $0[4] = 0 }
    try edits("count-2", "two records, so the count says, and there is one") { $0[4] = 2 }
    try edits("count-most", "as many records as a u32 says") {
      $0.overwrite(4, with: [0xff, 0xff, 0xff, 0xff])
    }
    try edits("attributes-past-end", "attributes of the vault that end after the index") {
      $0.overwrite(0, with: [0xff, 0xff, 0xff, 0xff])
    }
    try edits("record-past-end", "a record that ends after the index") {
      $0.overwrite(9, with: [0xff, 0xff, 0xff, 0xff])
    }
    try edits("record-short", "a record that ends in its identifier") {
      $0.overwrite(9, with: .number(UInt32(15)))
    }
    try edits("secret-past-region", "a secret that is longer than its region") {
      $0.overwrite(29, with: .number(UInt32(1025)))
    }
    try edits("text-past-end", "a name that ends after its record") {
      $0.overwrite(33, with: [0xff, 0xff])
    }
    try edits("spellings-past-end", "65535 spellings, so the count says") {
      $0.overwrite(78, with: [0xff, 0xff])
    }
    try edits("first-zero", "the first byte after the last record is no zero") { $0[111] = 1 }
    try edits("last-zero", "the last byte of the index is no zero") { $0[$0.count - 1] = 1 }
    try edits("longer", "an index region twice as long as needed") {
      $0 += [UInt8](repeating: 0, count: 4096)
    }
    try all.add("longer-entries", "an entries region twice as long as needed", 65) {
      $0.editEntries = { $0 += [UInt8](repeating: 0x5a, count: 1024) }
    }
    try all.add("secrets-past-region", "two secrets, the second longer than what is left", 65) {
      $0.entries = [.registry("registry.example.com"), .registry("s.example.com")]
      $0.editIndex = { $0.overwrite(111 + 21, with: .number(UInt32(1024 - 296 + 1))) }
    }
    try all.add("one-identifier", "two records with the same identifier", 65) {
      $0.entries.append(.registry("other.example.com"))
      for place in 0..<2 { $0.entries[place].identifier = [UInt8](repeating: 7, count: 16) }
    }
    return all
  }

  static func order() throws -> Scenario {
    var all = Scenario("order")
    func adds(_ name: String, _ what: String, _ entries: [ForgedEntry]) throws {
      try all.add(name, what, 65) {
        $0.entries = entries
        $0.keepsOrder = true
      }
    }
    for (name, what, entry) in [
      ("twice", "a login twice", ForgedEntry.registry("registry.example.com")),
      ("twice-port", "a port twice", .registry("registry.example.com", port: 5000)),
      ("twice-path", "a path twice", .registry("registry.example.com", path: "org")),
      ("twice-key", "a helper's key twice", .other(4, "registry.example.com")),
      ("twice-tombstone", "the removal of a login twice", .tombstone(1, "registry.example.com")),
    ] {
      var second = entry
      second.username = "bob"
      if second.secret != nil { second.secret = Array("another".utf8) }
      try adds(name, what + ", with different contents", [entry, second])
    }
    var work = ForgedEntry.registry("registry.example.com")
    work.account = "work"
    try adds("twice-account", "an account twice", [work, work])
    let main = ForgedEntry.registry("registry.example.com")
    try adds("accounts", "a named account before the standard one", [work, main])
    try adds(
      "names", "two names, the later first", [.registry("b.example"), .registry("a.example")])
    try adds(
      "prefix", "a name before its own prefix", [.registry("a.example.com"), .registry("a.ex")])
    try adds(
      "ports", "two ports, the higher first",
      [.registry("a.example", port: 256), .registry("a.example", port: 1)])
    try adds(
      "paths", "two paths, the later first",
      [.registry("a.example", path: "b"), .registry("a.example", path: "a")])
    try adds(
      "port-path", "the port counts before the path",
      [.registry("a.example", port: 2, path: "a"), .registry("a.example", port: 1, path: "b")])
    try adds("kinds", "a keyserver before a registry", [.other(2, "a"), .registry("b.example")])
    try adds(
      "bytes", "two names in the order of letters, not of bytes", [.other(4, "a"), .other(4, "B")])
    try adds(
      "tombstones", "a removal before a login",
      [.tombstone(1, "a.example"), .registry("b.example")])
    try adds(
      "removed-kinds", "the removed kind counts before the name",
      [.tombstone(4, "a"), .tombstone(1, "b")])
    try adds(
      "unknown-first", "a record of kind 7 before a login",
      [.unknown(7, [1]), .registry("a.example")])
    try adds("unknown-kinds", "kind 200 before kind 7", [.unknown(200, [1]), .unknown(7, [1])])
    return all
  }

  static func fields() throws -> Scenario {
    var all = Scenario("fields")
    func edits(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.editIndex = edit }
    }
    try edits("kind-0", "a record of kind 0") { $0[8] = 0 }
    try edits("created", "a time in \"created\" of 2 to the 63rd") {
      $0.overwrite(61, with: .number(UInt64(1) << 63))
    }
    try all.add("port", "a keyserver with a port", 65) {
      $0.entries = [.other(2, "https://keys.example.com")]
      $0.entries[0].port = 443
    }
    try all.add("port-443", "the port of https written out", 65) { $0.entries[0].port = 443 }
    try all.add("no-host", "a registry without a host", 65) { $0.entries[0].name = "" }
    try all.add("path", "a helper's key with a path", 65) {
      $0.entries = [.other(4, "registry.example.com")]
      $0.entries[0].path = "org"
    }
    try all.add("port-and-path", "an endpoint with port and path", 65) {
      $0.entries = [.other(3, "SylabsCloud")]
      $0.entries[0].port = 1
      $0.entries[0].path = "org"
    }
    for (name, what, account) in [
      ("upper", "an account with an upper-case letter", "Work"),
      ("space", "an account with a space", "my work"),
      ("long", "an account of 65 characters", String(repeating: "a", count: 65)),
      ("non-ascii", "an account with a letter outside ASCII", "büro"),
    ] {
      try all.add("account-" + name, what, 65) { $0.entries[0].account = account }
    }
    for (kind, name) in [(2, "keyserver"), (3, "endpoint")] as [(UInt8, String)] {
      try all.add("account-" + name, "an \(name) of kind \(kind) with an account", 65) {
        $0.entries = [.other(kind, "x")]
        $0.entries[0].account = "work"
      }
    }
    for (name, what, offset, bytes) in [
      ("ff", "a name with the byte ff", 35, [0xff]),
      ("overlong", "a user name with NUL in two bytes", 71, [0xc0, 0x80]),
      ("surrogate", "a spelling with half a surrogate pair", 82, [0xed, 0xa0, 0x80]),
      ("cut", "a user name that ends in the middle of a character", 75, [0xc3]),
    ] as [(String, String, Int, [UInt8])] {
      try edits("utf8-" + name, what) { $0.overwrite(offset, with: bytes) }
    }
    return all
  }

  static func secrets() throws -> Scenario {
    var all = Scenario("secrets")
    func pads(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.entries[0].editPadded = edit }
    }
    func seals(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.entries[0].editSealed = edit }
    }
    try pads("first-zero", "the first byte of padding is no zero") { $0[32] = 1 }
    try pads("last-zero", "the last byte of padding is no zero") { $0[255] = 1 }
    try pads("longer", "a block more of padding than needed") {
      $0 += [UInt8](repeating: 0, count: 256)
    }
    try pads("257", "a padded secret of 257 bytes") { $0.append(0) }
    try pads("3", "a padded secret that ends in its length") { $0.removeLast(253) }
    try pads("0", "a padded secret of no bytes") { $0 = [] }
    try pads("length-253", "a length that ends behind the padded secret") { $0[0] = 253 }
    try pads("length-most", "a length as large as a u32 says") {
      $0.overwrite(0, with: [0xff, 0xff, 0xff, 0xff])
    }
    try all.add("32769", "a secret of 32769 bytes, well padded", 65) {
      $0.entries[0].secret = try $0.random.next(32769)
    }
    try seals("sealed-0", "a sealed secret of no bytes") { $0 = [] }
    try seals("sealed-39", "a sealed secret that is too short for a tag") {
      $0 = Array($0.prefix(39))
    }
    try seals("sealed-295", "a sealed secret without its last byte") { $0.removeLast() }
    try all.add("other-entry", "a secret that was sealed for another entry", 65) {
      $0.entries[0].sealedFor = [UInt8](repeating: 0x5a, count: 16)
    }
    try all.add("swapped", "two secrets, each sealed for the other's entry", 65) {
      $0.entries.append(.registry("other.example.com"))
      for place in 0..<2 {
        $0.entries[place].identifier = [UInt8](repeating: UInt8(place), count: 16)
        $0.entries[place].sealedFor = [UInt8](repeating: UInt8(1 - place), count: 16)
      }
    }
    try all.add("boundary", "two secrets whose boundary the index puts elsewhere", 65) {
      $0.entries.append(.registry("other.example.com"))
      $0.editIndex = {
        // The records: 8 bytes of lengths and counts, and 97 bytes of the first one.
        $0.overwrite(8 + 21, with: .number(UInt32(295)))
        $0.overwrite(8 + 97 + 21, with: .number(UInt32(297)))
      }
    }
    try all.add("second", "a good secret, and one that is damaged", 65) {
      $0.entries.append(.registry("other.example.com"))
      $0.entries[1].editSealed = { $0[100] ^= 1 }
    }
    return all
  }
}
