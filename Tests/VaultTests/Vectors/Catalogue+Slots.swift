// Slots and what they cost: refused, or accepted without being tried.

extension Catalogue {
  static func slots() throws -> Scenario {
    var all = Scenario("slots")
    func edits(_ name: String, _ what: String, _ opener: ForgedSlot.Opener, _ edit: @escaping Edit)
      throws
    {
      try all.add(name, what, 65) { $0.slots.append(ForgedSlot(opener, edit: edit)) }
    }
    func lengthen(_ difference: Int) -> Edit {
      {
        $0[2] = UInt8(Int($0[2]) + difference)
        if difference > 0 {
          $0 += [UInt8](repeating: 0, count: difference)
        } else {
          $0.removeLast(-difference)
        }
      }
    }
    let costly = ForgedSlot.Opener.costly(passes: 2, memory: 19456)
    let keyFile = ForgedSlot.Opener.keyFile([UInt8](repeating: 7, count: 32))

    try all.add("33-slots", "33 key-file slots", 65) {
      $0.slots += (0..<32).map { ForgedSlot(.keyFile([UInt8](repeating: $0, count: 32))) }
    }
    try all.add("33-with-unknown", "32 unknown slots and one that opens", 65) {
      $0.slots += (0..<32).map { ForgedSlot(.unknown(type: 5 + $0, body: [])) }
    }
    try all.add("5-passphrases", "5 passphrase slots", 65) {
      $0.slots += (0..<5).map { _ in ForgedSlot(costly) }
    }
    try all.add("same-id", "two key-file slots with one id", 65) {
      $0.slots[0].identifier = [1, 2, 3, 4, 5, 6, 7, 8]
      $0.slots.append(ForgedSlot(keyFile, identifier: $0.slots[0].identifier))
    }
    try all.add("same-id-unknown", "an unknown slot with the id of a known one", 65) {
      $0.slots[0].identifier = [1, 2, 3, 4, 5, 6, 7, 8]
      $0.slots.append(
        ForgedSlot(.unknown(type: 9, body: [1]), identifier: $0.slots[0].identifier))
    }
    try edits("passphrase-short", "a passphrase slot a byte too short", costly, lengthen(-1))
    try edits("key-file-long", "a key-file slot a byte too long", keyFile, lengthen(1))
    for (name, type) in [("passphrase", UInt16(1)), ("key-file", 2)] {
      try edits(
        "\(name)-empty", "a \(name) slot without a body", .unknown(type: type, body: []), { _ in })
    }
    try edits(
      "passphrase-as-key-file", "a passphrase slot with the body of a key-file slot", keyFile
    ) { $0[0] = 1 }
    try edits(
      "key-file-as-passphrase", "a key-file slot with the body of a passphrase slot", costly
    ) { $0[0] = 2 }
    try edits("past-the-end", "a body that ends behind the slots", .unknown(type: 9, body: [1, 2]))
    { $0[2] = 3 }
    try edits("one-byte-more", "a byte behind the last slot", keyFile) { $0.append(0) }
    try edits("11-bytes-more", "11 bytes behind the last slot, where 12 would be one", keyFile) {
      $0 += [UInt8](repeating: 0, count: 11)
    }
    return all
  }

  static func costs() throws -> Scenario {
    var all = Scenario("cost")
    /// A passphrase slot for each pair of passes and KiB, and the key-file slot that opens.
    func adds(
      _ name: String, _ what: String, _ status: Int32, _ costs: [(UInt32, UInt32)]
    ) throws {
      try all.add(name, what, status) {
        $0.slots += costs.map { ForgedSlot(.costly(passes: $0.0, memory: $0.1)) }
      }
    }
    let gib: UInt32 = 1_048_576
    let quarter: UInt32 = 262144
    try adds("passes-1", "one pass", 65, [(1, 65536)])
    try adds("passes-215", "215 passes over the least memory, the most that fit", 0, [(215, 19456)])
    try adds("passes-216", "216 passes over the least memory", 65, [(216, 19456)])
    try adds("passes-256", "the most passes, which are too much work", 65, [(256, 19456)])
    try adds("memory-19455", "a KiB less than the least memory", 65, [(4, 19455)])
    try adds("memory-1-gib", "the most memory and the most passes over it", 0, [(4, gib)])
    try adds("memory-over-1-gib", "a KiB more than the most memory", 65, [(2, gib + 1)])
    try adds("both-most", "passes and memory as a u32 says", 65, [(.max, .max)])
    try adds(
      "sum-4096", "four slots with the most work together", 0,
      [(UInt32, UInt32)](repeating: (4, quarter), count: 4))
    try adds(
      "sum-4352", "four slots of which none alone is too much", 65,
      [(4, quarter), (4, quarter), (4, quarter), (5, quarter)])
    try adds(
      "sum-rounded", "two slots that are too much only because each is rounded up", 65,
      [(2, gib - 1), (3, 699051)])
    try all.add(
      "weak-first", "a slot of one pass before a good one of the same passphrase", 65,
      .passphrase("p")
    ) {
      $0.slots = [ForgedSlot(.costly(passes: 1, memory: 19456)), .passphrase("p")]
    }
    try all.add(
      "asked-after", "a cost out of bounds is refused before anybody is asked", 65, .nothing
    ) { $0.slots = [ForgedSlot(.costly(passes: 1000, memory: 19456))] }
    try all.add("asked-before", "a cost within bounds is not", 75, .nothing) {
      $0.slots = [ForgedSlot(.costly(passes: 4, memory: gib))]
    }
    return all
  }
}
