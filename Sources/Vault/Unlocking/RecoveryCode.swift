package import SealedFormat

/// The digits of a key file in groups, to be kept on paper.
///
/// They are the 72 digits after the prefix, so a key file can be made of a code by hand.
package struct RecoveryCode: ~Copyable {
  package static let groupCount = 18
  package static let groupLength = 4
  private static let length = groupCount * groupLength
  /// The groups of the key itself; the last two are the checksum.
  private static let keyGroupCount = VaultKey.length * 2 / groupLength

  /// Lower-case hexadecimal digits.
  private let digits: SecretBytes

  /// A new code.
  package static func random() throws(VaultError) -> RecoveryCode {
    let key = try SecretBytes.random(count: VaultKey.length)
    return RecoveryCode(digits: try KeyFile.digits(of: key))
  }

  private init(digits: consuming SecretBytes) { self.digits = digits }

  /// A code as it was typed: blanks, dashes and the case of letters do not matter.
  ///
  /// - Throws: `invalidInput` if it does not have the right number of digits, or something else.
  package init(typed text: borrowing SecretBytes) throws(VaultError) {
    digits = try Self.digits(in: text, count: Self.length)
  }

  private static func digits(
    in text: borrowing SecretBytes, count: Int
  ) throws(VaultError) -> SecretBytes {
    let bytes = text.bytes
    let digits = try SecretBytes(capacity: max(text.count, count)) { (output) throws(VaultError) in
      for place in 0..<bytes.byteCount {
        let byte = bytes[place]
        if byte.isBlank || byte == UInt8(ascii: "-") { continue }
        guard byte.hexadecimalValue != nil else {
          throw VaultError(
            .invalidInput,
            "there is a character that is no digit and no letter from a to f, in or after group "
              + "\(output.byteCount / groupLength + 1)")
        }
        output.append(byte | 0x20)  // digits have this bit, and lower-case letters
      }
    }
    guard digits.count == count else {
      throw VaultError(.invalidInput, "there are \(digits.count) digits instead of \(count)")
    }
    return digits
  }

  /// The digits of a group, counted from 1.
  @_lifetime(borrow self)
  package borrowing func group(_ number: Int) -> RawSpan {
    digits.bytes((number - 1) * Self.groupLength..<number * Self.groupLength)
  }

  /// Whether a group was typed as it is in the code.
  package borrowing func isGroup(_ number: Int, _ text: borrowing SecretBytes) -> Bool {
    guard let typed = try? Self.digits(in: text, count: Self.groupLength),
      let own = try? SecretBytes(copying: group(number))
    else { return false }
    return typed.isEqual(to: own)
  }

  /// The same code with another group.
  ///
  /// - Throws: `invalidInput` if the group does not have four digits.
  package borrowing func replacing(
    _ number: Int, with text: borrowing SecretBytes
  ) throws(VaultError) -> RecoveryCode {
    let fresh = try Self.digits(in: text, count: Self.groupLength)
    let bytes = digits.bytes
    let start = (number - 1) * Self.groupLength
    return RecoveryCode(
      digits: try SecretBytes(capacity: Self.length) { (output) throws(VaultError) in
        try output.append(contentsOf: bytes.extracting(0..<start))
        try output.append(contentsOf: fresh.bytes)
        try output.append(contentsOf: bytes.extracting(start + Self.groupLength..<Self.length))
      })
  }

  /// The key, or nil if the checksum is wrong.
  package borrowing func secret() throws(VaultError) -> SlotSecret? {
    guard let key = try KeyFile.key(ofDigits: digits.bytes) else { return nil }
    return SlotSecret(kind: .keyFile, bytes: key)
  }

  /// The groups of which one change makes the checksum right: one if one group was mistyped, and none,
  /// with few exceptions, if several were.
  ///
  /// Tries every value of every group: a million hashes.
  package borrowing func suspects() throws(VaultError) -> [Int] {
    let bytes = try Hexadecimal.decode(digits.bytes)
    let key = bytes.bytes(0..<VaultKey.length)
    let checksum = (VaultKey.length..<bytes.count).map { bytes.bytes[$0] }
    let right = try KeyFile.checksum(of: key, RawSpan(), RawSpan())
    var found: [Int] = []
    for group in 0..<Self.keyGroupCount {
      let before = key.extracting(0..<2 * group)
      let after = key.extracting(2 * group + 2..<VaultKey.length)
      for value in UInt16.min...UInt16.max {
        let pair = [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
        if try KeyFile.checksum(of: before, pair.bytes, after) == checksum {
          found.append(group + 1)
          break
        }
      }
    }
    if right[2...] == checksum[2...] { found.append(Self.groupCount - 1) }
    if right[..<2] == checksum[..<2] { found.append(Self.groupCount) }
    return found
  }
}
