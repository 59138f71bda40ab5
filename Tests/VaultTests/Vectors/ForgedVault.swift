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
    static let digest = 1228
    static let indexNonce = 1260
    static let index = 1284
    static let indexTag = 5340
    static let end = 5356
  }

  var random: SeededBytes
  var magic = [0x89] + Array("sealed vault".utf8) + [0x0d, 0x0a, 0x1a]
  var version: UInt32 = 1
  var identifier: [UInt8]
  var key: [UInt8]
  /// Another commitment than that of the key.
  var keyCommitment: [UInt8]?
  var generation: UInt64 = 1
  var slots: [ForgedSlot]
  /// Sorted as an index wants it, unless `keepsOrder` says otherwise.
  var entries: [ForgedEntry]
  var keepsOrder = false
  /// What the index says of the vault, in the order in which it is written.
  var attributes: [(tag: UInt16, value: [UInt8])] = []
  /// What is changed in the padded plaintext of the index.
  var editIndex: Edit = { _ in }
  /// What is changed in the entries region; the header gives the length that it then has.
  var editEntries: Edit = { _ in }
  /// What is changed in front of the digest, before anything is computed over it.
  var editHead: Edit = { _ in }
  /// What is changed in the digest, before the index is sealed.
  var editDigest: Edit = { _ in }
  /// What is changed in the sealed file, after which the digest is made right again.
  var editFile: Edit?
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
    let attributes = ForgedEntry.encoded(attributes)
    let entries = ordered
    var index = .number(UInt32(attributes.count)) + attributes + .number(UInt32(entries.count))
    var region: [UInt8] = []
    let entryKey = try subkey(.entries)
    for entry in entries {
      let identifier = try entry.identifier ?? random.next(16)
      let secret = try entry.sealedSecret(
        identifier: identifier, vault: self.identifier, key: entryKey, &random)
      region += secret
      index += try entry.record(identifier: identifier, secretLength: secret.count)
    }
    region += try random.next(Self.size(region.count, atLeast: 1024) - region.count)
    editEntries(&region)
    index += [UInt8](
      repeating: 0, count: Self.size(index.count + 40, atLeast: 4096) - index.count - 40)
    editIndex(&index)

    var file = magic + .number(version)
    file += identifier + .number(generation) + home.keyCommitment
    file += .number(UInt32(slotBytes.count)) + .number(UInt32(region.count))
    file += .number(UInt32(index.count + 40)) + slotBytes + region
    editHead(&file)
    var digest = try SeededBytes.hash(file)
    editDigest(&digest)
    let nonce = try random.next(24)
    file += digest + nonce
    file += try AuthenticatedCipher.seal(
      index, key: try subkey(.index), nonce: nonce, associated: file)
    if let editFile {
      editFile(&file)
      // Where the digest then is, as far as the header can be believed.
      let place = file.count - index.count - 16 - 24 - 32
      if place >= 0 {
        file.overwrite(place, with: try SeededBytes.hash(Array(file[..<place])))
      }
    }
    editEnd(&file)
    return file
  }

  /// The entries in the order of the index.
  var ordered: [ForgedEntry] {
    keepsOrder ? entries : entries.sorted { $0.precedes($1) }
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
