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

  /// All bytes that are left.
  mutating func takeRest() -> ArraySlice<UInt8> {
    defer { offset = bytes.endIndex }
    return bytes[offset...]
  }

  /// The next number.
  mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type = Number.self
  ) throws(VaultError) -> Number {
    let size = MemoryLayout<Number>.size
    guard size <= remaining else {
      throw VaultError(.damaged, "it ends in the middle of a field")
    }
    var value: Number = 0
    for place in stride(from: offset + size - 1, through: offset, by: -1) {
      value = (value << 8) | Number(bytes[place])
    }
    offset += size
    return value
  }

  /// The bytes of the next text: a two-byte length, then so many.
  ///
  /// That they are UTF-8 is not checked.
  mutating func textBytes() throws(VaultError) -> ArraySlice<UInt8> {
    try take(Int(try number(UInt16.self)))
  }

  /// The next text.
  mutating func text() throws(VaultError) -> String { try String(utf8: textBytes()) }

  /// The next time, in seconds since 1970.
  mutating func time() throws(VaultError) -> Int64 {
    guard let time = Int64(exactly: try number(UInt64.self)) else {
      throw VaultError(.damaged, "its index has a time that is out of range")
    }
    return time
  }
}

extension String {
  /// Checks and copies a text of the index.
  init(utf8 bytes: ArraySlice<UInt8>) throws(VaultError) {
    guard !bytes.isEmpty else {  // as half of an index's texts are
      self = ""
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw VaultError(.damaged, "it has a text that is not UTF-8")
    }
    self = text
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
  mutating func append(text: String) throws(VaultError) { try append(text: Array(text.utf8)[...]) }

  /// Appends a two-byte length and at most 65535 bytes.
  mutating func append(text bytes: ArraySlice<UInt8>) throws(VaultError) {
    guard let length = UInt16(exactly: bytes.count) else {
      throw VaultError(.invalidInput, "a text of \(bytes.count) bytes is too long for the vault")
    }
    append(number: length)
    append(contentsOf: bytes)
  }
}
