/// A place in a JSON text: reads what has no inner structure, and moves behind it.
struct JSONText: ~Escapable {
  private let bytes: RawSpan
  private let name: String
  /// The byte that comes next.
  private(set) var offset = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, name: String) {
    self.bytes = bytes
    self.name = name
  }

  var isAtEnd: Bool { offset == bytes.byteCount }

  /// Why the text cannot be read.
  ///
  /// The reason is ours and never holds a part of the text.
  func malformed(_ reason: String) -> VaultError {
    var line = 1
    for place in 0..<offset where bytes[place] == UInt8(ascii: "\n") { line += 1 }
    return VaultError(
      .damaged, "\(name) is not valid JSON in line \(line), at byte \(offset): \(reason)")
  }

  /// Where a caller asks for a member outside an object.
  func misused() -> VaultError {
    VaultError(.internalFault, "\(name) is read out of order at byte \(offset)")
  }

  func peek() -> UInt8? { isAtEnd ? nil : bytes[offset] }

  mutating func skip(_ count: Int) { offset += min(count, bytes.byteCount - offset) }

  mutating func skipSpace() {
    while let byte = peek(), byte.isSpace { offset += 1 }
  }

  /// Moves behind a byte if it comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  /// Moves behind a word if it comes next.
  mutating func take(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard bytes.byteCount - offset >= length else { return false }
    let isSame = word.withUTF8Buffer { buffer in
      for index in 0..<length {
        guard unsafe buffer[index] == bytes[offset + index] else { return false }
      }
      return true
    }
    if isSame { offset += length }
    return isSame
  }

  mutating func readString() throws(VaultError) -> String {
    var result = String.UnicodeScalarView()
    try beginString()
    while let scalar = try nextScalar() { result.append(scalar) }
    return String(result)
  }

  /// Reads a string into guarded memory: once to learn its length, once to copy it.
  mutating func readSecret() throws(VaultError) -> SecretBytes {
    let start = offset
    var length = 0
    try beginString()
    while let scalar = try nextScalar() { length += UTF8.width(scalar) }
    offset = start
    var place = self
    defer { offset = place.offset }
    return try SecretBytes(capacity: length) { (output) throws(VaultError) in
      try place.beginString()
      while let scalar = try place.nextScalar() {
        for byte in Unicode.UTF8.encode(scalar) ?? .init() { output.append(byte) }
      }
    }
  }

  mutating func skipString() throws(VaultError) {
    try beginString()
    while try nextScalar() != nil {}
  }

  private mutating func beginString() throws(VaultError) {
    guard take(UInt8(ascii: "\"")) else { throw malformed("a string is expected") }
  }

  /// The string's next character; nil behind its closing quote.
  private mutating func nextScalar() throws(VaultError) -> Unicode.Scalar? {
    guard let byte = peek() else { throw malformed("a string has no end") }
    switch byte {
    case UInt8(ascii: "\""):
      offset += 1
      return nil
    case UInt8(ascii: "\\"):
      offset += 1
      return try readEscape()
    case 0..<0x20:
      throw malformed("a control character stands in a string")
    case 0x20..<0x80:
      offset += 1
      return Unicode.Scalar(byte)
    default:
      return try readMultibyte(byte)
    }
  }

  private mutating func readEscape() throws(VaultError) -> Unicode.Scalar {
    guard let byte = peek() else { throw malformed("a string has no end") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readUnicodeEscape()
    default: throw malformed("an escape is unknown")
    }
  }

  private mutating func readUnicodeEscape() throws(VaultError) -> Unicode.Scalar {
    let first = try readHex()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\u") else { throw malformed("half of a surrogate pair") }
    let second = try readHex()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw malformed("half of a surrogate pair") }
    return scalar
  }

  private mutating func readHex() throws(VaultError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peek()?.hexadecimalValue else {
        throw malformed("an escape needs four hexadecimal digits")
      }
      offset += 1
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func readMultibyte(_ first: UInt8) throws(VaultError) -> Unicode.Scalar {
    let length: Int
    let least: UInt32  // a shorter form of a smaller value would be a second spelling of it
    switch first {
    case 0xC2..<0xE0: (length, least) = (2, 0x80)
    case 0xE0..<0xF0: (length, least) = (3, 0x800)
    case 0xF0..<0xF5: (length, least) = (4, 0x10000)
    default: throw malformed("it is not UTF-8")
    }
    guard bytes.byteCount - offset >= length else { throw malformed("it is not UTF-8") }
    var value = UInt32(first) & (0xFF >> UInt32(length + 1))
    for index in 1..<length {
      let byte = bytes[offset + index]
      guard byte & 0xC0 == 0x80 else { throw malformed("it is not UTF-8") }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= least, let scalar = Unicode.Scalar(value) else {
      throw malformed("it is not UTF-8")
    }
    offset += length
    return scalar
  }

  /// Reads a number and gives its whole part, where that fits and there is no exponent.
  mutating func readNumber() throws(VaultError) -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    var value: Int64? = 0
    let startsWithZero = peek() == UInt8(ascii: "0")
    let count = readDigits { digit in
      let (scaled, isTooLarge) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeNow) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
      value = value == nil || isTooLarge || isTooLargeNow ? nil : sum
    }
    guard count == 1 || (count > 1 && !startsWithZero) else {
      throw malformed("a number is malformed")
    }
    if take(UInt8(ascii: ".")) {
      guard readDigits({ _ in }) > 0 else { throw malformed("a number is malformed") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      value = nil
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard readDigits({ _ in }) > 0 else { throw malformed("a number is malformed") }
    }
    return value
  }

  private mutating func readDigits(_ use: (Int64) -> Void) -> Int {
    var count = 0
    while let byte = peek(), byte.isDigit {
      use(Int64(byte - UInt8(ascii: "0")))
      offset += 1
      count += 1
    }
    return count
  }
}
