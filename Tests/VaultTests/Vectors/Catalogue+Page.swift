@testable import SealedFormat

// The vault that the page on the format prints in full, and what it says must fail.

extension Catalogue {
  /// Offsets in it.
  private enum Offset {
    static let passes = 88 + 12
    static let keyFileCommitment = 228 + 12
    static let digest = 1368
    static let indexNonce = 1400
  }

  static func page() throws -> Scenario {
    var all = Scenario("page")
    try all.add("tiny", "the vault of the page, by its passphrase", 0, .passphrase("correct horse"))
    {
      try makeTiny(&$0)
    }
    try all.add("tiny", "the vault of the page, by its key file", 0) { try makeTiny(&$0) }
    func fails(
      _ name: String, _ what: String, _ status: Int32,
      _ opening: Scenario.Opening = .standardKeyFile,
      _ change: (inout ForgedVault) -> Void
    ) throws {
      try all.add(name, "the vault of the page, " + what, status, opening) {
        try makeTiny(&$0)
        change(&$0)
      }
    }
    try fails("cut", "without its last byte", 65) { $0.editEnd = { $0.removeLast() } }
    try fails("longer", "with a zero behind it", 65) { $0.editEnd = { $0.append(0) } }
    try fails("version", "with version 2", 78) { $0.editEnd = { $0[16] = 2 } }
    try fails("development", "with the magic of a development version", 78) {
      $0.editEnd = { $0.overwrite(1, with: Array("vault sealed".utf8)) }
    }
    try fails("digest", "with another first byte of the digest", 65) {
      $0.editEnd = { $0[Offset.digest] ^= 1 }
    }
    try fails("tag", "with another last byte", 65) { $0.editEnd = { $0[$0.count - 1] ^= 1 } }
    try fails("generation", "with generation 1 and a right digest", 65) {
      $0.editFile = { $0[36] = 1 }
    }
    try fails("passes", "with one pass and a right digest", 65, .passphrase("correct horse")) {
      $0.editFile = { $0[Offset.passes] = 1 }
    }
    try fails("commitment", "with another slot commitment and a right digest", 77) {
      $0.editFile = { $0[Offset.keyFileCommitment] ^= 1 }
    }
    return all
  }

  private static func makeTiny(_ vault: inout ForgedVault) throws {
    vault.random = SeededBytes("the vault of the page")
    vault.key = [UInt8](0x00..<0x20)
    vault.identifier = [UInt8](0x20..<0x30)
    vault.generation = 2
    vault.slots = [.passphrase("correct horse"), ForgedSlot(.keyFile(Scenario.standardKey))]
    vault.slots[0].identifier = [UInt8](0x60..<0x68)
    vault.slots[1].identifier = [UInt8](0x68..<0x70)
    var note = [UInt8](0x68..<0x70) + .number(UInt64(1_800_000_000))
    try note.append(text: "backup")
    vault.attributes = [(1, [UInt8](0xb0..<0xd8)), (2, note)]

    var first = ForgedEntry.registry("ghcr.io", path: "org")
    first.account = "work"
    first.username = "bob"
    first.secret = Array("two".utf8)
    first.attributes = [
      (1, [1]), (5, Array("for the build".utf8)), (0x4001, .number(UInt64(1_900_000_000))),
    ]
    var second = ForgedEntry.registry("registry.example.com", port: 5000)
    second.secret = Array("pw".utf8)
    vault.entries = [first, second, .tombstone(1, "old.example.com")]
    for place in vault.entries.indices {
      vault.entries[place].identifier = [UInt8](repeating: 0x90 + UInt8(place), count: 16)
    }
  }
}
