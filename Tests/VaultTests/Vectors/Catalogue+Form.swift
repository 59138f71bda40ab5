// Files that are refused for their form, before anybody is asked for anything.

extension Catalogue {
  private typealias Offset = ForgedVault.Offset

  static func header() throws -> Scenario {
    var all = Scenario("header")
    func adds(_ name: String, _ what: String, _ status: Int32, _ edit: @escaping Edit) throws {
      try all.add(name, what, status) { $0.editHead = edit }
    }
    try adds("first-byte", "the magic without its high bit", 65) { $0[0] = 0x09 }
    try adds("text-mode", "the magic after a conversion of its line end", 65) { $0.remove(at: 13) }
    try adds("last-byte", "the magic with another last byte", 65) { $0[15] = 0 }
    for version in [0, 2, 0x0100_0000, UInt32.max] {
      try all.add("version-\(version)", "version \(version), right in all else", 78) {
        $0.version = version
      }
    }
    try all.add("version-2-digest", "version 2 with a wrong digest: the version decides", 78) {
      $0.version = 2
      $0.editEnd = { $0[Offset.digest] ^= 1 }
    }
    try all.add("version-2-cut", "version 2 and not a byte more", 78) {
      $0.version = 2
      $0.editEnd = { $0 = Array($0.prefix(20)) }
    }
    try all.add("development", "the magic of the versions before the first release", 78) {
      $0.magic = [0x89] + Array("vault sealed".utf8) + [0x0d, 0x0a, 0x1a]
    }
    try all.add("generation-0", "generation 0", 65) { $0.generation = 0 }
    try all.add("json", "another program's file", 65) {
      $0.editEnd = { $0 = Array("{\"auths\": {}}\n".utf8) }
    }
    return all
  }

  static func lengths() throws -> Scenario {
    var all = Scenario("lengths")
    for length in [0, 512, 1536] {
      try all.add("entries-\(length)", "an entries region of \(length) bytes, truly so long", 65) {
        $0.entries = []
        $0.editEntries = { $0 = [UInt8](repeating: 0x5a, count: length) }
      }
    }
    for length in [2048, 6144] {
      try all.add("index-\(length)", "an index region of \(length) bytes, truly so long", 65) {
        $0.entries = []
        $0.editIndex = { $0 = [UInt8](repeating: 0, count: length - 40) }
      }
    }
    func claims(_ name: String, _ what: String, _ values: [Int: UInt32]) throws {
      try all.add(name, what, 65) {
        $0.editHead = {
          for (offset, value) in values { $0.overwrite(offset, with: .number(value)) }
        }
      }
    }
    try claims("claims-entries", "lengths that end behind the file", [Offset.entriesLength: 2048])
    try claims(
      "claims-overflow", "lengths whose sum is 4 GiB too much",
      [Offset.entriesLength: 1 << 31, Offset.indexLength: 1 << 31])
    try claims("claims-slots", "slots of 4 GiB, so it says", [Offset.slotsLength: .max])
    try claims(
      "swapped", "the two lengths swapped: their sum is right",
      [Offset.entriesLength: 4096, Offset.indexLength: 1024])
    try claims("slots-longer", "slots that go on in the entries", [Offset.slotsLength: 117])
    try claims("slots-shorter", "slots that end in the last slot", [Offset.slotsLength: 115])
    try all.add("no-slot", "no slot at all", 65) { $0.slots = [] }
    return all
  }

  static func digest() throws -> Scenario {
    var all = Scenario("digest")
    func flips(_ name: String, _ what: String, _ offset: Int) throws {
      try all.add(name, "a flipped bit in " + what, 65) { $0.editEnd = { $0[offset] ^= 1 } }
    }
    try flips("vault-id", "the vault id", Offset.identifier)
    try flips("generation", "the generation", Offset.generation)
    try flips("commitment", "the vault key commitment", Offset.keyCommitment)
    try flips("slot", "the slot", Offset.slots + 20)
    try flips("entry", "a secret", Offset.entries + 100)
    try flips("index", "the index", Offset.index + 2000)
    try flips("last-byte", "the last byte of the digest", Offset.digest + 31)
    func replaces(
      _ name: String, _ what: String, _ digest: @escaping ([UInt8]) throws -> [UInt8]
    ) throws {
      let vault = try ForgedVault("digest/\(name).sealed", keyFile: Scenario.standardKey)
      let other = try digest(try vault.sealed())
      try all.add(name, what + ", under a right seal", 65) { $0.editDigest = { $0 = other } }
    }
    try replaces("zeros", "a digest of zeros") { _ in [UInt8](repeating: 0, count: 32) }
    try replaces("of-the-body", "a digest that leaves out the header") {
      try SeededBytes.hash(Array($0[Offset.slots..<Offset.digest]))
    }
    try replaces("with-zeros", "the digest of the file with zeros for the digest") {
      try SeededBytes.hash($0[..<Offset.digest] + [UInt8](repeating: 0, count: 32))
    }
    try replaces("keyed", "a digest with the key of the key file") {
      try SeededBytes.hash(Array($0[..<Offset.digest]), key: Scenario.standardKey)
    }
    return all
  }

  static func truncated() throws -> Scenario {
    var all = Scenario("truncated")
    for length in [0, 1, 15, 16, 19, 20, 52, 88, 120, 204, 1228, 1260, 1284, 5340, 5355] {
      try all.add("\(length)", "the first \(length) bytes", 65) {
        $0.editEnd = { $0 = Array($0.prefix(length)) }
      }
    }
    for (length, what) in [
      (20, "the version"), (Offset.slots, "the header"), (Offset.entries, "the slots"),
    ] {
      try all.add("after-\(length)", "a file that ends after \(what), under a fresh digest", 65) {
        let head = Array(try $0.sealed().prefix(length))
        let digest = try SeededBytes.hash(head)
        $0.editEnd = { $0 = head + digest }
      }
    }
    return all
  }

  static func extended() throws -> Scenario {
    var all = Scenario("extended")
    for (name, what, tail) in [
      ("zero", "a zero behind the file", [0]), ("line-feed", "a line end behind the file", [10]),
    ] as [(String, String, [UInt8])] {
      try all.add(name, what, 65) { $0.editEnd = { $0 += tail } }
      try all.add(name + "-digest", what + ", and a digest of all that", 65) {
        let whole = try $0.sealed() + tail
        let digest = try SeededBytes.hash(whole)
        $0.editEnd = { $0 = whole + digest }
      }
    }
    try all.add("digest-twice", "the digest twice", 65) {
      $0.editEnd = {
        $0.insert(contentsOf: $0[Offset.digest..<Offset.indexNonce], at: Offset.indexNonce)
      }
    }
    try all.add("digest-of-digest", "the digest of the whole file behind it", 65) {
      let whole = try $0.sealed()
      let digest = try SeededBytes.hash(whole)
      $0.editEnd = { $0 += digest }
    }
    try all.add("front", "a zero before the file", 65) { $0.editEnd = { $0.insert(0, at: 0) } }
    return all
  }
}
