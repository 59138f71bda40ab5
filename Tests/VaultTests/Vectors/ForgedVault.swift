@testable import SealedFormat
@testable import Vault

/// A vault file built byte by byte from the page on the format, so that any part of it can be wrong.
///
/// The seals around what is wrong are right, as somebody with the key would make them.
struct ForgedVault {
  /// Offsets in a vault of one key-file slot and few entries, 5356 bytes long.
  enum Offset {
    static let version = 16
    static let identifier = 20
    static let generation = 36
    static let keyCommitment = 44
    static let slotsLength = 76
    static let entriesLength = 80
    static let indexLength = 84
    static let slots = 88
    static let entries = 204
    /// One secret of up to 252 bytes is in front of it.
    static let filler = 204 + 296
    static let indexNonce = 1228
    static let index = 1252
    static let indexTag = 5308
    static let digest = 5324
  }

  var random: SeededBytes
  var version: UInt32 = 1
  var identifier: [UInt8]
  var key: [UInt8]
  /// Another commitment than that of the key.
  var keyCommitment: [UInt8]?
  var generation: UInt64 = 1
  var slots: [ForgedSlot]
  var entries: [ForgedEntry]
  /// What is changed in the padded plaintext of the index.
  var editIndex: Edit = { _ in }
  /// What is changed in the entries region; the header gives the length that it then has.
  var editEntries: Edit = { _ in }
  /// What is changed in front of the sealed index, before it is sealed.
  var editHead: Edit = { _ in }
  /// What is changed in the sealed file, before its digest is made.
  var editFile: Edit = { _ in }
  /// What is changed in the finished file.
  var editEnd: Edit = { _ in }

  /// A vault with one slot and one login.
  init(_ seed: String, keyFile: [UInt8]) throws {
    random = SeededBytes(seed)
    identifier = try random.next(16)
    key = try random.next(32)
    slots = [ForgedSlot(.keyFile(keyFile))]
    entries = [.registry("registry.example.com")]
  }

  /// What the slots are tied to.
  var home: ForgedSlot.Home {
    get throws {
      let right = try SeededBytes.hash(
        Array("vault 1 vault key".utf8) + identifier, key: try subkey(.commitment))
      return ForgedSlot.Home(
        identifier: identifier, key: key, keyCommitment: keyCommitment ?? right)
    }
  }

  /// The file.
  func sealed() throws -> [UInt8] {
    var random = random
    let home = try home
    let slotBytes = try slots.flatMap { try $0.encoded(in: home, &random) }
    var index: [UInt8] = .number(UInt32(entries.count))
    var region: [UInt8] = []
    let entryKey = try subkey(.entries)
    for entry in entries {
      let identifier = try entry.identifier ?? random.next(16)
      let secret = try entry.sealedSecret(
        identifier: identifier, vault: self.identifier, key: entryKey, &random)
      region += secret
      index += try entry.line(identifier: identifier, secretLength: secret.count)
    }
    region += try random.next(Self.size(region.count, atLeast: 1024) - region.count)
    editEntries(&region)
    index += [UInt8](
      repeating: 0, count: Self.size(index.count + 40, atLeast: 4096) - index.count - 40)
    editIndex(&index)

    var file = [0x89] + Array("vault sealed".utf8) + [0x0d, 0x0a, 0x1a] + .number(version)
    file += identifier + .number(generation) + home.keyCommitment
    file += .number(UInt32(slotBytes.count)) + .number(UInt32(region.count))
    file += .number(UInt32(index.count + 40)) + slotBytes + region
    let nonce = try random.next(24)
    file += nonce
    editHead(&file)
    file += try AuthenticatedCipher.seal(
      index, key: try subkey(.index), nonce: nonce, associated: file)
    editFile(&file)
    file += try SeededBytes.hash(file)
    editEnd(&file)
    return file
  }

  private func subkey(_ purpose: VaultKey.Purpose) throws -> [UInt8] {
    let vaultKey = try VaultKey(copying: key.bytes)
    return unsafe vaultKey.subkey(purpose).withUnsafeBytes { unsafe [UInt8]($0) }
  }

  private static func size(_ count: Int, atLeast least: Int) -> Int {
    var size = least
    while size < count { size *= 2 }
    return size
  }
}
