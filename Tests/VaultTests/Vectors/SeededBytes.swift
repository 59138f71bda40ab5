@testable import SealedFormat
@testable import Vault

/// Bytes that look random and are the same each time, so that a vector made again is the same file.
struct SeededBytes {
  private let seed: String
  private var block: UInt32 = 0

  init(_ seed: String) { self.seed = seed }

  mutating func next(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var number: [UInt8] = []
      number.append(number: block)
      bytes += try Self.hash(Array(seed.utf8) + number)
      block += 1
    }
    return Array(bytes.prefix(count))
  }

  /// BLAKE2b with 32 bytes out.
  static func hash(_ bytes: [UInt8]) throws -> [UInt8] {
    var hash = try Hash()
    hash.update(bytes.bytes)
    return hash.digest()
  }

  /// BLAKE2b with a key and 32 bytes out.
  static func hash(_ bytes: [UInt8], key: [UInt8]) throws -> [UInt8] {
    var hash = try Hash(key: key.bytes)
    hash.update(bytes.bytes)
    return hash.digest()
  }
}

extension AuthenticatedCipher {
  /// Seals with a key that is no secret.
  static func seal(
    _ plain: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
  ) throws -> [UInt8] {
    try seal(
      plain.bytes, key: key.bytes, nonce: nonce,
      associated: associated.bytes)
  }
}

/// Changes bytes in place: what is wrong with a vector.
typealias Edit = (inout [UInt8]) -> Void

extension [UInt8] {
  /// A number, little-endian.
  static func number(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(number: value)
    return bytes
  }

  /// Writes other bytes over those from an offset.
  mutating func overwrite(_ offset: Int, with bytes: [UInt8]) {
    replaceSubrange(offset..<(offset + bytes.count), with: bytes)
  }

  /// Swaps two ranges of one length.
  mutating func swap(_ one: Range<Int>, _ other: Range<Int>) {
    let kept = Array(self[one])
    replaceSubrange(one, with: Array(self[other]))
    replaceSubrange(other, with: kept)
  }
}
