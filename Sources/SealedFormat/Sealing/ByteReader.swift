/// Reads numbers (little-endian), byte strings and texts one after another; every length is checked
/// before use.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private(set) var offset: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    offset = bytes.startIndex
  }

  /// How many bytes are left.
  var remaining: Int { bytes.endIndex - offset }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(VaultError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw VaultError(.damaged, "it ends in the middle of a field")
    }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }

  /// The next number.
  mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type = Number.self
  ) throws(VaultError) -> Number {
    var value: Number = 0
    for byte in try take(MemoryLayout<Number>.size).reversed() {
      value = (value << 8) | Number(byte)
    }
    return value
  }

  /// The next text: a two-byte length and UTF-8.
  mutating func text() throws(VaultError) -> String {
    let length = Int(try number(UInt16.self))
    guard length > 0 else { return "" }  // as half of an index's texts are
    let utf8 = try take(length)
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw VaultError(.damaged, "it has a text that is not UTF-8")
    }
    return text
  }
}

extension [UInt8] {
  /// Appends a number, little-endian.
  mutating func append<Number: FixedWidthInteger & UnsignedInteger>(number: Number) {
    var rest = number
    for _ in 0..<MemoryLayout<Number>.size {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Appends a two-byte length and the UTF-8 of a text of at most 65535 bytes.
  mutating func append(text: String) throws(VaultError) {
    let utf8 = text.utf8
    guard let length = UInt16(exactly: utf8.count) else {
      throw VaultError(.invalidInput, "a text of \(utf8.count) bytes is too long for the vault")
    }
    append(number: length)
    append(contentsOf: utf8)
  }
}
