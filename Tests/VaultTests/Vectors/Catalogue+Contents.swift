// Indexes and secrets that a holder of the key has sealed, and that no vault writes.

extension Catalogue {
  static func index() throws -> Scenario {
    var all = Scenario("index")
    func edits(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.editIndex = edit }
    }
    try edits("count-0", "no login, so the count says, and yet there is one") { $0[0] = 0 }
    try edits("count-2", "two logins, so the count says, and there is one") { $0[0] = 2 }
    try edits("count-most", "as many logins as a u32 says") {
      $0.overwrite(0, with: [0xff, 0xff, 0xff, 0xff])
    }
    try edits("secret-past-region", "a secret that is longer than its region") {
      $0.overwrite(22, with: .number(UInt32(1025)))
    }
    try edits("text-past-end", "a name that ends behind the index") {
      $0.overwrite(52, with: [0xff, 0xff])
    }
    try edits("spellings-past-end", "65535 spellings, so the count says") {
      $0.overwrite(87, with: [0xff, 0xff])
    }
    try edits("first-zero", "the first byte behind the last login is no zero") { $0[120] = 1 }
    try edits("last-zero", "the last byte of the index is no zero") { $0[$0.count - 1] = 1 }
    try edits("longer", "an index region twice as long as needed") {
      $0 += [UInt8](repeating: 0, count: 4096)
    }
    try all.add("longer-entries", "an entries region twice as long as needed", 65) {
      $0.editEntries = { $0 += [UInt8](repeating: 0x5a, count: 1024) }
    }
    try all.add("secrets-past-region", "two secrets, the second longer than what is left", 65) {
      $0.entries.append(.registry("other.example.com"))
      $0.editIndex = { $0.overwrite(120 + 18, with: .number(UInt32(1024 - 296 + 1))) }
    }
    for (name, what, entry) in [
      ("twice", "a login twice", ForgedEntry.registry("registry.example.com")),
      ("twice-port", "a port twice", .registry("registry.example.com", port: 5000)),
      ("twice-path", "a path twice", .registry("registry.example.com", path: "org")),
      ("twice-key", "a helper's key twice", .other(4, "registry.example.com")),
    ] {
      try all.add(name, what + ", with different secrets", 65) {
        $0.entries = [entry, .registry("between.example.com"), entry]
        $0.entries[2].secret = Array("another".utf8)
        $0.entries[2].username = "bob"
      }
    }
    try all.add("one-identifier", "two entries with the same identifier", 65) {
      $0.entries.append(.registry("other.example.com"))
      for place in 0..<2 { $0.entries[place].identifier = [UInt8](repeating: 7, count: 16) }
    }
    return all
  }

  static func fields() throws -> Scenario {
    var all = Scenario("fields")
    func edits(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.editIndex = edit }
    }
    for kind in [0, 6] as [UInt8] {
      try edits("kind-\(kind)", "a login of kind \(kind)") { $0[4] = kind }
    }
    for flags in [0x02, 0x80] as [UInt8] {
      try edits("flags-\(flags)", "flags of \(flags), with a bit that means nothing") {
        $0[5] = flags
      }
    }
    for (name, offset) in [("created", 26), ("expires", 34), ("verified", 42)] {
      try edits(name, "a time in \"\(name)\" of 2 to the 63rd") {
        $0.overwrite(offset, with: .number(UInt64(1) << 63))
      }
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
    for (name, what, offset, bytes) in [
      ("ff", "a name with the byte ff", 54, [0xff]),
      ("overlong", "a user name with NUL in two bytes", 78, [0xc0, 0x80]),
      ("surrogate", "a spelling with half a surrogate pair", 91, [0xed, 0xa0, 0x80]),
      ("cut", "a user name that ends in the middle of a character", 82, [0xc3]),
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
        $0.overwrite(22, with: .number(UInt32(295)))
        $0.overwrite(118 + 18, with: .number(UInt32(297)))
      }
    }
    try all.add("second", "a good secret, and one that is damaged", 65) {
      $0.entries.append(.registry("other.example.com"))
      $0.entries[1].editSealed = { $0[100] ^= 1 }
    }
    return all
  }
}
