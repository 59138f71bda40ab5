// What somebody makes who can write the file and has no key: the digest is always right.

extension Catalogue {
  private typealias Offset = ForgedVault.Offset

  static func moved() throws -> Scenario {
    var all = Scenario("moved")
    let other = try ForgedVault("another vault of the same key file", keyFile: Scenario.standardKey)
    let otherHome = try other.home
    let otherFile = try other.sealed()

    try all.add("slot", "the slot of another vault with the same key file", 77) {
      $0.slots[0].home = otherHome
    }
    try all.add("slot-and-commitment", "slot and commitment of another vault", 77) {
      $0.slots[0].home = otherHome
      $0.keyCommitment = otherHome.keyCommitment
    }
    try all.add("slot-and-id", "slot and vault id of another vault", 77) {
      $0.slots[0].home = otherHome
      let commitment = try $0.home.keyCommitment
      $0.keyCommitment = commitment
      $0.identifier = otherHome.identifier
    }
    try all.add("head", "header and slot of another vault", 65) {
      $0.editFile = { $0.overwrite(0, with: Array(otherFile[..<Offset.entries])) }
    }
    try all.add("index", "the index of another vault", 65) {
      $0.editFile = {
        $0.overwrite(Offset.indexNonce, with: Array(otherFile[Offset.indexNonce..<Offset.end]))
      }
    }
    try all.add("additional-slot", "the slot of another vault beside the own", 65) {
      $0.editFile = {
        $0.insert(contentsOf: otherFile[Offset.slots..<Offset.entries], at: Offset.entries)
        $0.overwrite(Offset.slotsLength, with: .number(UInt32(232)))
      }
    }
    // A random source that has moved on gives the later generation other nonces.
    func earlier(_ vault: ForgedVault) throws -> [UInt8] {
      var vault = vault
      vault.generation = 1
      vault.entries[0].secret = Array("the secret before".utf8)
      let identifier = vault.entries[0].identifier
      vault.entries[0].identifier = try identifier.map { _ in try vault.random.next(16) }
      return try vault.sealed()
    }
    for (name, what, range) in [
      ("earlier-secret", "a secret of an earlier generation", Offset.entries..<Offset.filler),
      ("earlier-index", "the index of an earlier generation", Offset.indexNonce..<Offset.end),
    ] {
      try all.add(name, what, 65) {
        $0.generation = 2
        $0.slots[0].identifier = [1, 2, 3, 4, 5, 6, 7, 8]
        $0.entries[0].identifier = try $0.random.next(16)
        let old = try earlier($0)
        $0.editFile = { $0.overwrite(range.lowerBound, with: Array(old[range])) }
      }
    }
    func flips(_ name: String, _ what: String, _ offset: Int) throws {
      try all.add(name, what, 77) { $0.editFile = { $0[offset] ^= 1 } }
    }
    try flips("vault-id", "another vault id", Offset.identifier)
    try flips("commitment", "another vault key commitment", Offset.keyCommitment)
    try flips("slot-type", "a key-file slot that says that it is of type 3", Offset.slots)
    try flips("slot-id", "another slot id", Offset.slots + 4)
    try flips("slot-commitment", "another slot commitment", Offset.slots + 12)
    for (name, what, offset) in [
      ("passphrase-type", "a passphrase slot that says that it is of type 257", 1),
      ("passes", "a passphrase slot with a pass more", 12),
      ("memory", "a passphrase slot with a KiB more", 16),
    ] {
      try all.add(name, what, 77, .passphrase("p")) {
        $0.slots = [.passphrase("p")]
        $0.editFile = { $0[Offset.slots + offset] ^= 1 }
      }
    }
    return all
  }

  static func tampered() throws -> Scenario {
    var all = Scenario("tampered")
    func edits(_ name: String, _ what: String, _ edit: @escaping Edit) throws {
      try all.add(name, what, 65) { $0.editFile = edit }
    }
    func flips(_ name: String, _ what: String, _ offset: Int) throws {
      try edits(name, what) { $0[offset] ^= 1 }
    }
    try edits("generation", "a later generation") { $0[Offset.generation] += 1 }
    try flips("secret", "the ciphertext of a secret", Offset.entries + 24)
    try flips("first-filler", "the first byte of the filler", Offset.filler)
    try flips("last-filler", "the last byte of the filler", Offset.digest - 1)
    try flips("index-nonce", "the nonce of the index", Offset.indexNonce)
    try flips("index", "the first byte of the index", Offset.index)
    try flips("index-tag", "the tag of the index", Offset.indexTag)
    try edits("longer-entries", "an entries region twice as long") {
      $0.insert(contentsOf: [UInt8](repeating: 0x5a, count: 1024), at: Offset.digest)
      $0.overwrite(Offset.entriesLength, with: .number(UInt32(2048)))
    }
    try edits("unknown-slot", "an unknown slot more") {
      $0.insert(contentsOf: [3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], at: Offset.entries)
      $0.overwrite(Offset.slotsLength, with: .number(UInt32(128)))
    }
    try all.add("secrets-swapped", "the secrets of two logins swapped", 65) {
      $0.entries.append(.registry("other.example.com"))
      $0.editFile = {
        $0.swap(Offset.entries..<Offset.filler, Offset.filler..<(Offset.filler + 296))
      }
    }
    // The second slot begins where the entries begin in a vault of one slot.
    let second = Offset.entries
    func editsSecond(
      _ name: String, _ what: String, _ opener: ForgedSlot.Opener, _ edit: @escaping Edit
    ) throws {
      try all.add(name, what, 65) {
        $0.slots.append(ForgedSlot(opener))
        $0.editFile = edit
      }
    }
    let keyFile = ForgedSlot.Opener.keyFile([UInt8](repeating: 7, count: 32))
    try editsSecond("slots-swapped", "two slots swapped", keyFile) {
      $0.swap(Offset.slots..<second, second..<(second + 116))
    }
    try editsSecond("slot-dropped", "one of two slots gone", keyFile) {
      $0.removeSubrange(second..<(second + 116))
      $0.overwrite(Offset.slotsLength, with: .number(UInt32(116)))
    }
    try editsSecond("other-slot", "a slot that does not open", keyFile) { $0[second + 100] ^= 1 }
    try editsSecond(
      "other-cost", "a pass more in a slot that is not tried",
      .costly(passes: 2, memory: 19456)
    ) { $0[second + 12] ^= 1 }
    try editsSecond("unknown-body", "the body of an unknown slot", .unknown(type: 9, body: [1])) {
      $0[second + 12] ^= 1
    }
    return all
  }

  static func wrapped() throws -> Scenario {
    var all = Scenario("wrapped")
    // From the end: nonce 24 bytes, wrapped key 32, tag 16.
    func flips(_ name: String, _ what: String, _ offset: Int) throws {
      try all.add(name, what, 65) { $0.slots[0].edit = { $0[$0.count - offset] ^= 1 } }
    }
    try flips("nonce", "another nonce of the wrapped key", 72)
    try flips("key", "another wrapped key", 48)
    try flips("tag", "another tag of the wrapped key", 1)
    try all.add("passphrase", "another wrapped key in a passphrase slot", 65, .passphrase("p")) {
      $0.slots = [.passphrase("p")]
      $0.slots[0].edit = { $0[$0.count - 48] ^= 1 }
    }
    try all.add("other-key", "a key that is not the one of the vault key commitment", 65) {
      $0.slots[0].wraps = [UInt8](repeating: 0x5a, count: 32)
    }
    try all.add(
      "other-key-passphrase", "a passphrase slot that leads to another key", 65, .passphrase("p")
    ) {
      $0.slots = [.passphrase("p")]
      $0.slots[0].wraps = [UInt8](repeating: 0x5a, count: 32)
    }
    try all.add("wrap-label", "a wrapping key under the label of the commitment", 65) {
      $0.slots[0].wrapLabel = $0.slots[0].commitmentLabel
    }
    try all.add("commitment-label", "a commitment under the label of the wrapping key", 77) {
      $0.slots[0].commitmentLabel = $0.slots[0].wrapLabel
    }
    try all.add("no-associated", "a wrapped key without associated data", 65) {
      $0.slots[0].editAssociated = { $0 = [] }
    }
    try all.add("no-head", "a wrapped key that is not tied to the head of its slot", 65) {
      $0.slots[0].editAssociated = { $0.removeLast(12) }
    }
    try all.add("header-commitment", "header and slot agree on a commitment of no key", 65) {
      $0.keyCommitment = [UInt8](repeating: 0x5a, count: 32)
    }
    try all.add("other-slot", "a slot of another key file that is broken", 0) {
      var slot = ForgedSlot(.keyFile([UInt8](repeating: 7, count: 32)))
      slot.wraps = [UInt8](repeating: 0x5a, count: 32)
      $0.slots.insert(slot, at: 0)
    }
    try all.add("first-of-two", "the first of two slots of the key file is broken", 65) {
      $0.slots.append($0.slots[0])
      $0.slots[0].edit = { $0[70] ^= 1 }
    }
    try all.add("second-of-two", "the second of two slots of the key file is broken", 0) {
      $0.slots.append($0.slots[0])
      $0.slots[1].edit = { $0[70] ^= 1 }
    }
    return all
  }
}
