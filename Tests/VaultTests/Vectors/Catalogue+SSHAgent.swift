// Slots that keys of an SSH agent open.

extension Catalogue {
  static func sshAgent() throws -> Scenario {
    var all = Scenario("ssh-agent")
    let key = VectorSSHKey.ed25519
    let other = VectorSSHKey.ed25519(seed: [UInt8](repeating: 7, count: 32))
    let slot = ForgedSlot(.ssh(key))
    func edits(_ name: String, _ what: String, _ status: Int32, _ edit: @escaping Edit) throws {
      try all.add(name, what, status, .ssh(key)) {
        $0.slots = [ForgedSlot(.ssh(key), edit: edit)]
      }
    }

    try all.add("only", "an ssh-agent slot alone", 0, .ssh(key)) { $0.slots = [slot] }
    try all.add("behind-key-file", "an ssh-agent slot behind a key-file slot", 0, .ssh(key)) {
      $0.slots.append(slot)
    }
    try all.add("by-key-file", "the ssh-agent slot passed over for its key file", 0) {
      $0.slots = [slot] + $0.slots
    }
    try all.add("second", "the second of two ssh-agent slots", 0, .ssh(key)) {
      $0.slots = [ForgedSlot(.ssh(other)), slot]
    }
    try all.add(
      "rsa", "an RSA key, whose signature begins with a zero byte", 0, .ssh(.rsa)
    ) {
      $0.slots = [ForgedSlot(.ssh(.rsa), identifier: [114, 115, 97, 0, 0, 0, 0, 230])]
    }
    try all.add("other-key", "a key that has no ssh-agent slot", 77, .ssh(key)) {
      $0.slots = [ForgedSlot(.ssh(other))]
    }
    try all.add("no-slot-of-the-kind", "an SSH key for a vault with a key-file slot", 77, .ssh(key))
    { _ in }
    try all.add("nothing-named", "an ssh-agent slot, and nothing that is named", 75, .nothing) {
      $0.slots = [slot]
    }
    try all.add("moved", "an ssh-agent slot of another vault", 77, .ssh(key)) {
      var moved = slot
      moved.home = try ForgedVault("another vault", keyFile: Scenario.standardKey).home
      $0.slots = [moved]
    }
    try edits("tag", "an ssh-agent slot with another tag", 77) { $0[12] ^= 1 }
    try edits("slot-id", "an ssh-agent slot with another id", 77) { $0[4] ^= 1 }
    try edits("commitment", "an ssh-agent slot with another commitment", 77) { $0[14] ^= 1 }
    try edits("wrapped", "an ssh-agent slot with another wrapped key", 65) {
      $0[$0.count - 1] ^= 1
    }
    try edits("made-keyring", "an ssh-agent slot whose type was made that of the keyring", 65) {
      $0[0] = 3
    }
    try edits("long", "an ssh-agent slot a byte too long", 65) {
      $0[2] += 1
      $0.append(0)
    }
    try edits("short", "an ssh-agent slot a byte too short", 65) {
      $0[2] -= 1
      $0.removeLast()
    }
    try all.add("empty", "an ssh-agent slot without a body", 65, .ssh(key)) {
      $0.slots = [ForgedSlot(.unknown(type: 4, body: []))]
    }
    return all
  }
}
