// Slots whose keys the desktop keyring holds.

extension Catalogue {
  static func keyring() throws -> Scenario {
    var all = Scenario("keyring")
    let key = [UInt8](0x20..<0x40)
    let slot = ForgedSlot(.keyring(key))
    func lengthen(_ difference: Int) -> Edit {
      {
        $0[2] = UInt8(Int($0[2]) + difference)
        if difference > 0 { $0.append(0) } else { $0.removeLast() }
      }
    }

    try all.add("only", "a keyring slot alone", 0, .keyring(key)) { $0.slots = [slot] }
    try all.add("behind-key-file", "a keyring slot behind a key-file slot", 0, .keyring(key)) {
      $0.slots.append(slot)
    }
    try all.add("by-key-file", "the same order, opened by its key file", 0) {
      $0.slots.append(slot)
    }
    try all.add("second", "the second of two keyring slots", 0, .keyring(key)) {
      $0.slots = [ForgedSlot(.keyring([UInt8](repeating: 7, count: 32))), slot]
    }
    try all.add("28-slots", "28 keyring slots, the last of which opens", 0, .keyring(key)) {
      $0.slots = (0..<27).map { ForgedSlot(.keyring([UInt8](repeating: $0, count: 32))) } + [slot]
    }
    try all.add("other-key", "a key that fits no keyring slot", 77, .keyring(Scenario.standardKey))
    {
      $0.slots = [slot]
    }
    try all.add(
      "key-of-key-file", "the key of a key-file slot, as if from the keyring", 77,
      .keyring(Scenario.standardKey)
    ) { _ in }
    try all.add("key-file-for-keyring", "a key file with the key of a keyring slot", 77) {
      $0.slots = [ForgedSlot(.keyring(Scenario.standardKey))]
    }
    try all.add(
      "no-slot-of-the-kind", "a passphrase for a vault with a keyring slot", 77,
      .passphrase("correct horse")
    ) { $0.slots = [slot] }
    try all.add("nothing-named", "a keyring slot, and nothing that is named", 75, .nothing) {
      $0.slots = [slot]
    }
    try all.add(
      "made-key-file", "a keyring slot whose type was made that of a key file", 77,
      .keyring(key)
    ) {
      $0.slots = [ForgedSlot(.keyring(key), edit: { $0[0] = 2 })]
    }
    try all.add(
      "made-keyring", "a key-file slot whose type was made that of the keyring", 77,
      .keyring(key)
    ) {
      $0.slots = [ForgedSlot(.keyFile(key), edit: { $0[0] = 3 })]
    }
    try all.add("long", "a keyring slot a byte too long", 65, .keyring(key)) {
      $0.slots = [ForgedSlot(.keyring(key), edit: lengthen(1))]
    }
    try all.add("short", "a keyring slot a byte too short", 65, .keyring(key)) {
      $0.slots = [ForgedSlot(.keyring(key), edit: lengthen(-1))]
    }
    try all.add("empty", "a keyring slot without a body", 65, .keyring(key)) {
      $0.slots = [ForgedSlot(.unknown(type: 3, body: []))]
    }
    return all
  }
}
