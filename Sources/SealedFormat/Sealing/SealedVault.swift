/// A vault file of format 1, taken apart and checked as far as that goes without a key.
///
/// `docs/format.md` describes it byte by byte.
package struct SealedVault: Sendable {
  static let magic: [UInt8] = [0x89] + Array("sealed vault".utf8) + [0x0d, 0x0a, 0x1a]
  /// How a vault began before the first release, when the layout was another.
  private static let developmentMagic: [UInt8] =
    [0x89] + Array("vault sealed".utf8) + [0x0d, 0x0a, 0x1a]
  static let version: UInt32 = 1
  static let identifierLength = 16
  static let stateLength = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength

  /// The most bytes of a file.
  package static let longestFile = 16 * 1024 * 1024
  static let slotLimit = 32
  static let passphraseSlotLimit = 4
  static let shortestEntries = 1024
  static let shortestIndex = 4096

  package let identifier: [UInt8]
  /// How often the vault was written; 1 for a new one.
  package let generation: UInt64
  /// The commitment to the vault key.
  package let keyCommitment: [UInt8]
  /// The ways to open it.
  package let slots: [Slot]
  /// Nonce and tag of the index, which no two writings of a vault have in common.
  package let state: [UInt8]

  /// The sealed secrets and what fills their region.
  let entries: ArraySlice<UInt8>
  private let file: [UInt8]
  private let digest: Range<Int>
  private let indexNonce: Range<Int>
  private let sealedIndex: Range<Int>

  var binding: Slot.Binding { Slot.Binding(vaultID: identifier, keyCommitment: keyCommitment) }

  /// Takes a file apart.
  ///
  /// - Parameters:
  ///   - file: The whole file.
  ///   - path: Its path, for messages.
  /// - Throws: `configuration` for a version that is not 1; `damaged` for what is no vault, is
  ///   truncated, or asks for unreasonable work.
  package init(_ file: [UInt8], path: String) throws(VaultError) {
    do throws(VaultError) { try self.init(parsing: file) } catch {
      guard error.code == .damaged else {
        throw error.about(path)
      }
      throw Self.damage(error.message, path)
    }
  }

  private init(parsing file: [UInt8]) throws(VaultError) {
    var reader = ByteReader(file[...])
    try Self.checkVersion(&reader)
    guard file.count <= Self.longestFile else { throw VaultError(.damaged, "it is too long") }
    identifier = Array(try reader.take(Self.identifierLength))
    generation = try reader.number()
    keyCommitment = Array(try reader.take(Hash.length))
    let slotsLength = Int(try reader.number(UInt32.self))
    let entriesLength = Int(try reader.number(UInt32.self))
    let indexLength = Int(try reader.number(UInt32.self))
    guard generation > 0 else { throw VaultError(.damaged, "its generation is 0") }
    guard entriesLength.isPowerOfTwo, entriesLength >= Self.shortestEntries,
      indexLength.isPowerOfTwo, indexLength >= Self.shortestIndex
    else { throw VaultError(.damaged, "the length of a region is not one that is written") }
    slots = try Self.readSlots(try reader.take(slotsLength))
    entries = try reader.take(entriesLength)
    digest = try reader.take(Hash.length).indices
    indexNonce = try reader.take(AuthenticatedCipher.nonceLength).indices
    sealedIndex = try reader.take(indexLength - AuthenticatedCipher.nonceLength).indices
    guard reader.remaining == 0 else { throw VaultError(.damaged, "it is longer than it says") }
    state = file[indexNonce] + file.suffix(AuthenticatedCipher.tagLength)
    self.file = file
  }

  private static func checkVersion(_ reader: inout ByteReader) throws(VaultError) {
    let magic = try reader.take(Self.magic.count)
    guard !magic.elementsEqual(developmentMagic) else {
      throw VaultError(
        .configuration,
        "this vault was written by a development version, in a format that is not read any more",
        remedy: .exportWithDevelopmentVersion)
    }
    guard magic.elementsEqual(Self.magic) else {
      throw VaultError(.damaged, "it does not begin like a vault")
    }
    let version: UInt32 = try reader.number()
    guard version == Self.version else {
      throw VaultError(
        .configuration,
        "this is a vault of version \(version), and this program knows version \(Self.version): "
          + "use a newer vault program")
    }
  }

  /// Tells a file that was damaged by accident from a whole one.
  ///
  /// It has no key, so it defends against nobody; the seal of the index does. It comes before anything is
  /// asked, and explains a seal that is broken.
  ///
  /// - Throws: `damaged`.
  package func checkDigest(path: String) throws(VaultError) {
    var hash = try Hash()
    hash.update(file.bytes.extracting(0..<digest.lowerBound))
    guard hash.digest().elementsEqual(file[digest]) else {
      throw Self.damage("its checksum is wrong, so it was changed", path)
    }
  }

  private static func damage(_ reason: String, _ path: String) -> VaultError {
    VaultError(
      .damaged,
      "\(path) is damaged or not a vault: \(reason); the file was left as it is, put back a copy from "
        + "a backup")
  }

  /// Whether a key is the one that the header commits to.
  package func isOpened(by key: borrowing VaultKey) throws(VaultError) -> Bool {
    try key.isKey(ofVault: identifier, commitment: keyCommitment)
  }

  /// Opens the index, whose seal authenticates every byte before it; nil if anything in the file is not
  /// what a holder of the key wrote.
  func openIndex(_ key: borrowing VaultKey) -> [UInt8]? {
    let bytes = file.bytes
    return AuthenticatedCipher.openBytes(
      bytes.extracting(sealedIndex), key: key.subkey(.index), nonce: bytes.extracting(indexNonce),
      associated: bytes.extracting(0..<sealedIndex.lowerBound))
  }

  private static func readSlots(_ bytes: ArraySlice<UInt8>) throws(VaultError) -> [Slot] {
    var reader = ByteReader(bytes)
    var slots: [Slot] = []
    while reader.remaining > 0 {
      slots.append(try Slot(from: &reader))
      try check(slots)
    }
    guard !slots.isEmpty else { throw VaultError(.damaged, "it has no slot") }
    guard Set(slots.map(\.identifier)).count == slots.count else {
      throw VaultError(.damaged, "two of its slots have the same name")
    }
    return slots
  }

  /// Refuses slots that would make a reader work for long, before anybody is asked for anything.
  static func check(_ slots: [Slot]) throws(VaultError) {
    guard slots.count <= slotLimit else {
      throw VaultError(.damaged, "it has more than \(slotLimit) slots")
    }
    let derivations = slots.compactMap { slot in
      if case .passphrase(let derivation, _) = slot.kind { derivation } else { nil }
    }
    guard derivations.count <= passphraseSlotLimit else {
      throw VaultError(.damaged, "it has more than \(passphraseSlotLimit) passphrase slots")
    }
    guard derivations.allSatisfy(\.isWithinLimits),
      derivations.reduce(0, { $0 + $1.work }) <= PassphraseDerivation.totalWorkLimit
    else {
      throw VaultError(
        .damaged, "its passphrase slots ask for more or less work than any that is written")
    }
  }
}

extension Int {
  var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }

  /// The smallest power of two that is not less than this and `least`, itself a power of two.
  func roundedUpToPowerOfTwo(atLeast least: Int) -> Int {
    var size = least
    while size < self { size *= 2 }
    return size
  }
}
