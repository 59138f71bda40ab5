import Testing
import VaultTestSupport
@testable import SealedFormat

struct PassphraseSlotTests {
  private static let path = "/home/u/vault.sealed"

  private func passphrase(_ text: String) throws -> SlotSecret {
    try SlotSecret(passphrase: try SecretBytes(copying: Array(text.utf8).bytes))
  }

  private func file(passphrase text: String) throws -> [UInt8] {
    var vault = try OpenVault.make(
      for: try passphrase(text), derivation: .cheapest, machineMemory: 1 << 20)
    return try vault.sealNextGeneration()
  }

  @Test(arguments: ["p", "correct horse", "  spaces  ", "pässwörd", "\u{1}\t", "1\n2"])
  func `a passphrase opens its vault, to the byte`(_ text: String) throws {
    let vault = try SealedVault(try file(passphrase: text), path: Self.path)
    #expect(try vault.unlock(with: try passphrase(text), machineMemory: 1 << 30) != nil)
    #expect(try vault.unlock(with: try passphrase(text + " "), machineMemory: 1 << 30) == nil)
  }

  @Test func `a key file does not open a passphrase slot, whatever its bytes`() throws {
    let vault = try SealedVault(try file(passphrase: "p"), path: Self.path)
    let key = try SlotSecret.keyBytes(Array(repeating: 0, count: 32))
    #expect(try vault.unlock(with: key, machineMemory: 1 << 30) == nil)
  }

  @Test func `an empty passphrase is refused`() throws {
    let error = #expect(throws: VaultError.self) { _ = try passphrase("") }
    #expect(error?.code == .invalidInput)
  }

  @Test func `a slot that wants more than half of the memory is refused untried`() throws {
    let vault = try SealedVault(try file(passphrase: "p"), path: Self.path)
    let secret = try passphrase("p")
    let error = #expect(throws: VaultError.self) {
      _ = try vault.unlock(with: secret, machineMemory: 19 * 1024 * 2 - 1)
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("19 MiB") == true)
  }

  /// Passes and KiB of memory, once for each slot, and whether a reader may accept them.
  @Test(
    arguments: [
      ([(2, 19 * 1024)], true), ([(1, 19 * 1024)], false), ([(2, 19 * 1024 - 1)], false),
      ([(0, 0)], false), ([(4, 1024 * 1024)], true), ([(5, 1024 * 1024)], false),
      ([(2, 1024 * 1024 + 1)], false), ([(2, UInt32.max)], false),
      ([(UInt32.max, 19 * 1024)], false),
      ([(UInt32.max, UInt32.max)], false), ([(4, 256 * 1024), (4, 256 * 1024)], true),
      ([(4, 256 * 1024), (4, 256 * 1024), (4, 256 * 1024), (4, 256 * 1024)], true),
      ([(4, 256 * 1024), (4, 256 * 1024), (4, 256 * 1024), (5, 256 * 1024)], false),
      ([(2, 19 * 1024), (2, 19 * 1024), (2, 19 * 1024), (2, 19 * 1024), (2, 19 * 1024)], false),
    ] as [([(UInt32, UInt32)], Bool)])
  func `hostile work is refused before anybody is asked`(
    _ c: (slots: [(UInt32, UInt32)], isAccepted: Bool)
  ) throws {
    let file = try forge(slots: c.slots)
    if c.isAccepted {
      #expect(try SealedVault(file, path: Self.path).slots.count == c.slots.count)
    } else {
      let error = #expect(throws: VaultError.self) { try SealedVault(file, path: Self.path) }
      #expect(error?.code == .damaged)
    }
  }

  /// A file as an attacker would write it: right in form, with slots that claim any cost.
  private func forge(slots: [(UInt32, UInt32)]) throws -> [UInt8] {
    let index = 4096
    let original = try file(passphrase: "p")
    var file = Array(original.dropLast(Hash.length + index))
    let slotLength = 4 + 8 + 24 + 104
    let template = Array(file[88..<(88 + slotLength)])
    var forged: [UInt8] = []
    for (number, (passes, memory)) in slots.enumerated() {
      var slot = template
      slot[4] = UInt8(number)
      var cost: [UInt8] = []
      cost.append(number: passes)
      cost.append(number: memory)
      slot.replaceSubrange(12..<20, with: cost)
      forged += slot
    }
    file.replaceSubrange(88..<(88 + slotLength), with: forged)
    var length: [UInt8] = []
    length.append(number: UInt32(forged.count))
    file.replaceSubrange(76..<80, with: length)
    var hash = try Hash()
    hash.update(file.bytes)
    return file + hash.digest() + original.suffix(index)
  }

  @Test func `a calibrated cost is one that is read again`() throws {
    let cost = try PassphraseDerivation.calibrated(machineMemory: 64 * 1024 * 2)
    #expect(cost.memory == 64 * 1024)
    #expect(cost.passes >= 3)
    #expect(cost.isWithinLimits)
  }

  @Test func `a machine without memory gets no passphrase slot`() {
    let error = #expect(throws: VaultError.self) {
      _ = try PassphraseDerivation.calibrated(machineMemory: 30 * 1024)
    }
    #expect(error?.message.contains("key file") == true)
  }
}
