@testable import SealedFormat

// Attributes, tombstones, accounts, and what only a later version knows.

extension Catalogue {
  /// Tags by their meaning: as the page on the format names them.
  private enum Tag {
    static let transport: UInt16 = 1
    static let caFile: UInt16 = 2
    static let note: UInt16 = 5
    static let expires: UInt16 = 0x4001
    static let verified: UInt16 = 0x4002
    static let importedFrom: UInt16 = 0x4003
  }

  static func attributes() throws -> Scenario {
    var all = Scenario("attributes")
    func adds(_ name: String, _ what: String, _ attributes: [(tag: UInt16, value: [UInt8])]) throws
    {
      try all.add(name, what, 65) { $0.entries[0].attributes = attributes }
    }
    try adds("twice", "a note twice", [(Tag.note, [0x61]), (Tag.note, [0x62])])
    try adds(
      "unordered", "two tags in the wrong order", [(Tag.note, [0x61]), (Tag.caFile, [0x62])])
    try adds("unordered-unknown", "two unknown tags in the wrong order", [(99, []), (98, [])])
    try adds("high-bits", "a tag with a high bit before one without", [(0x4063, []), (0x63, [])])
    try all.add("cut-tag", "attributes that end in a tag", 65) {
      $0.entries[0].editContent = { $0.append(5) }
    }
    try all.add("cut-length", "an attribute that ends in its length", 65) {
      $0.entries[0].editContent = { $0 += [5, 0, 1] }
    }
    try all.add("cut-value", "an attribute that ends after its record", 65) {
      $0.entries[0].editContent = { $0 += [5, 0, 2, 0, 0x61] }
    }
    try all.add("overlong", "an attribute of 65535 bytes, so it says", 65) {
      $0.entries[0].editContent = { $0 += [5, 0, 0xff, 0xff, 0x61] }
    }
    try adds("transport-default", "the default transport, which is not written", [(1, [0])])
    try adds("transport-3", "a transport that there is not", [(1, [3])])
    try adds("transport-long", "a transport of two bytes", [(1, [1, 0])])
    try adds("transport-empty", "a transport of no byte", [(1, [])])
    try adds("note-empty", "an empty note, which is not written", [(Tag.note, [])])
    try adds("note-utf8", "a note that is not UTF-8", [(Tag.note, [0xff])])
    try adds("expires-0", "a time of 0, which is not written", [(Tag.expires, .number(UInt64(0)))])
    try adds("expires-short", "a time of seven bytes", [(Tag.expires, [1, 0, 0, 0, 0, 0, 0])])
    try adds("expires-long", "a time of nine bytes", [(Tag.expires, [1, 0, 0, 0, 0, 0, 0, 0, 0])])
    try adds(
      "verified-late", "a time of 2 to the 63rd", [(Tag.verified, .number(UInt64(1) << 63))])
    try adds("imported-empty", "an empty path, which is not written", [(Tag.importedFrom, [])])
    return all
  }

  static func vaultAttributes() throws -> Scenario {
    var all = Scenario("vault-attributes")
    let identifier: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    func note(_ identifier: [UInt8], _ created: UInt64, _ label: String) throws -> [UInt8] {
      var bytes = identifier + .number(created)
      try bytes.append(text: label)
      return bytes
    }
    func adds(
      _ name: String, _ what: String, _ status: Int32,
      _ attributes: [(tag: UInt16, value: [UInt8])]
    ) throws {
      try all.add(name, what, status) {
        $0.slots[0].identifier = identifier
        $0.attributes = attributes
      }
    }
    let parent = [UInt8](0..<40)
    let label = try note(identifier, 1_800_000_000, "laptop")
    try adds("parent", "the state before this one", 0, [(1, parent)])
    try adds("slot-notes", "a slot with a date and a label", 0, [(1, parent), (2, label)])
    try adds(
      "stale-slot-note", "a note on a slot that is no more", 0,
      [(2, try label + note([9, 9, 9, 9, 9, 9, 9, 9], 1, ""))])
    try adds("unknown", "an unknown attribute of the vault", 0, [(3, [1, 2, 3])])
    try adds("critical", "an unknown attribute of the vault that is critical", 78, [(0x8003, [1])])
    try adds("parent-short", "a parent of 39 bytes", 65, [(1, [UInt8](0..<39))])
    try adds("parent-twice", "two parents", 65, [(1, parent), (1, parent)])
    try adds("slot-notes-empty", "notes on no slot", 65, [(2, [])])
    try adds(
      "slot-note-default", "a note that says nothing", 65, [(2, try note(identifier, 0, ""))])
    try adds("slot-note-twice", "two notes on one slot", 65, [(2, label + label)])
    try adds(
      "slot-note-order", "two notes in the wrong order", 65,
      [(2, try label + note([0, 9, 9, 9, 9, 9, 9, 9], 1, ""))])
    try adds("slot-note-cut", "a note that ends in its label", 65, [(2, label.dropLast())])
    return all
  }

  static func unknown() throws -> Scenario {
    var all = Scenario("unknown")
    func adds(
      _ name: String, _ what: String, _ status: Int32,
      _ change: @escaping (inout ForgedVault) throws -> Void
    ) throws { try all.add(name, what, status, .standardKeyFile, change) }
    try adds("tag", "an unknown attribute of a login", 0) { $0.entries[0].add(99, [1, 2]) }
    try adds("tag-of-secret", "an unknown attribute of a secret", 0) {
      $0.entries[0].add(0x4063, [])
    }
    try adds("tag-beside", "unknown attributes around known ones", 0) {
      $0.entries[0].attributes = [
        (Tag.note, Array("n".utf8)), (7, [1]), (Tag.expires, .number(UInt64(1))), (0x7fff, [2]),
      ]
    }
    try adds("critical", "a critical attribute that is unknown", 78) {
      $0.entries[0].add(0x8001, [1])
    }
    try adds("critical-of-secret", "a critical attribute of a secret that is unknown", 78) {
      $0.entries[0].add(0xc001, [])
    }
    try adds("critical-beside", "a critical attribute of one login of two", 78) {
      $0.entries.append(.registry("other.example.com"))
      $0.entries[1].add(0x8001, [1])
    }
    try adds("kind-7", "a record of kind 7 without a secret", 0) {
      $0.entries.append(.unknown(7, [1, 2, 3]))
    }
    try adds("kind-7-secret", "a record of kind 7 with a secret", 0) {
      $0.entries.append(.unknown(7, [], secret: Array("kept".utf8)))
    }
    try adds("kind-255", "records of kinds 7, 7 and 255", 0) {
      $0.entries += [.unknown(7, [9]), .unknown(7, [1]), .unknown(255, [])]
    }
    try adds("kind-only", "an unknown record alone", 0) { $0.entries = [.unknown(128, [0])] }
    return all
  }

  static func tombstones() throws -> Scenario {
    var all = Scenario("tombstones")
    try all.add("one", "the removal of a login beside another login", 0) {
      $0.entries.append(.tombstone(1, "gone.example.com"))
    }
    try all.add("each-kind", "the removal of a login of each kind", 0) {
      $0.entries = (1...4).map { .tombstone($0, "gone.example.com") }
    }
    try all.add("account", "the removal of a named account", 0) {
      $0.entries = [.tombstone(1, "registry.example.com"), .registry("registry.example.com")]
      $0.entries[0].account = "work"
    }
    try all.add("attribute", "a removal with an unknown attribute", 0) {
      $0.entries.append(.tombstone(4, "gone"))
      $0.entries[1].add(1, [1])
    }
    for (name, kind) in [("of-migration", 5), ("of-tombstone", 6), ("of-nothing", 0)]
      as [(String, UInt8)]
    {
      try all.add(name, "a removal of kind \(kind)", 65) { $0.entries = [.tombstone(kind, "x")] }
    }
    try all.add("secret", "a removal with a secret", 65) {
      $0.entries = [.tombstone(1, "x")]
      $0.entries[0].secret = [1]
    }
    try all.add("late", "a removal at 2 to the 63rd", 65) {
      $0.entries = [.tombstone(1, "x")]
      $0.entries[0].created = 1 << 63
    }
    try all.add("port-443", "the removal of a login at the port of https", 65) {
      $0.entries = [.tombstone(1, "x")]
      $0.entries[0].port = 443
    }
    try all.add("long", "a byte after the time of a removal", 65) {
      $0.entries = [.tombstone(1, "x")]
      $0.entries[0].editContent = { $0.append(0) }
    }
    return all
  }

  static func accounts() throws -> Scenario {
    var all = Scenario("accounts")
    func account(_ name: String, _ entry: ForgedEntry) -> ForgedEntry {
      var entry = entry
      entry.account = name
      return entry
    }
    let host = ForgedEntry.registry("registry.example.com")
    try all.add("two", "two accounts of one registry", 0) {
      $0.entries = [host, account("work", host)]
    }
    try all.add("no-standard", "a named account alone", 0) { $0.entries = [account("work", host)] }
    try all.add("grammar", "every character that an account may have", 0) {
      $0.entries = [account("abcdefghijklmnopqrstuvwxyz0123456789._-", host)]
    }
    try all.add("longest", "an account of 64 characters", 0) {
      $0.entries = [account(String(repeating: "a", count: 64), host)]
    }
    try all.add("dots", "accounts of one dot and of two", 0) {
      $0.entries = [account(".", host), account("..", host)]
    }
    try all.add("helper-key", "two accounts of a helper's key", 0) {
      let key = ForgedEntry.other(4, "https://index.docker.io/v1/access-token")
      $0.entries = [key, account("work", key)]
    }
    try all.add("migration", "what a migration replaced, of two accounts", 0) {
      var replaced = ForgedEntry.other(5, "1/r/1/registry.example.com")
      replaced.spellings = []
      $0.entries = [replaced, account("work", replaced)]
    }
    return all
  }
}
