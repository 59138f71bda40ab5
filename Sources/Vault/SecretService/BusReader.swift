/// Reads values in D-Bus's wire format, little-endian, and trusts none of them.
struct BusReader: ~Escapable {
  private let bytes: RawSpan
  private(set) var offset = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.byteCount }

  static let malformed = VaultError(
    .unreachable, "the session bus or the desktop keyring answers with what is no such answer")

  @_lifetime(copy self)
  private mutating func take(_ count: Int) throws(VaultError) -> RawSpan {
    guard count >= 0, count <= bytes.byteCount - offset else { throw Self.malformed }
    defer { offset += count }
    return bytes.extracting(offset..<(offset + count))
  }

  mutating func align(to alignment: Int) throws(VaultError) {
    let padding = (alignment - offset % alignment) % alignment
    let zeros = try take(padding)
    for place in 0..<padding where zeros[place] != 0 { throw Self.malformed }
  }

  mutating func byte() throws(VaultError) -> UInt8 {
    let one = try take(1)
    return one[0]
  }

  mutating func uint32() throws(VaultError) -> UInt32 {
    try align(to: 4)
    let four = try take(4)
    return (0..<4).reduce(0) { $0 | UInt32(four[$1]) << (8 * UInt32($1)) }
  }

  mutating func uint64() throws(VaultError) -> UInt64 {
    try align(to: 8)
    let low = try uint32()
    return UInt64(try uint32()) << 32 | UInt64(low)
  }

  mutating func boolean() throws(VaultError) -> Bool {
    let value = try uint32()
    guard value <= 1 else { throw Self.malformed }
    return value == 1
  }

  /// A string or object path.
  mutating func text() throws(VaultError) -> String {
    let length = Int(try uint32())
    return try text(length)
  }

  mutating func signature() throws(VaultError) -> String {
    let length = Int(try byte())
    return try text(length)
  }

  private mutating func text(_ length: Int) throws(VaultError) -> String {
    let content = try take(length)
    let end = try byte()
    let text = unsafe content.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    guard end == 0, let text else { throw Self.malformed }
    return text
  }

  /// An array of bytes, still where it lies.
  mutating func byteArray() throws(VaultError) -> Range<Int> {
    let length = Int(try uint32())
    _ = try take(length)
    return (offset - length)..<offset
  }

  /// Begins an array, and returns the offset at which it ends.
  mutating func beginArray(of alignment: Int) throws(VaultError) -> Int {
    let length = Int(try uint32())
    try align(to: alignment)
    guard length <= bytes.byteCount - offset else { throw Self.malformed }
    return offset + length
  }

  /// Whether an array that ends there has another element.
  func hasMore(until end: Int) throws(VaultError) -> Bool {
    guard offset <= end else { throw Self.malformed }
    return offset < end
  }

  /// An array of strings or object paths.
  mutating func texts() throws(VaultError) -> [String] {
    let end = try beginArray(of: 4)
    var texts: [String] = []
    while try hasMore(until: end) { texts.append(try text()) }
    return texts
  }

  /// A dictionary of texts.
  mutating func textDictionary() throws(VaultError) -> [String: String] {
    let end = try beginArray(of: 8)
    var texts: [String: String] = [:]
    while try hasMore(until: end) {
      try align(to: 8)
      let key = try text()
      texts[key] = try text()
    }
    return texts
  }

  /// Passes over a value of some type.
  mutating func skip(_ type: String, depth: Int = 0) throws(VaultError) {
    guard depth < 32 else { throw Self.malformed }
    var types = Array(type.utf8)[...]
    while let type = types.popFirst() {
      switch type {
      case UInt8(ascii: "y"): _ = try byte()
      case UInt8(ascii: "n"), UInt8(ascii: "q"):
        try align(to: 2)
        _ = try take(2)
      case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"):
        _ = try uint32()
      case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"): _ = try uint64()
      case UInt8(ascii: "s"), UInt8(ascii: "o"): _ = try text()
      case UInt8(ascii: "g"): _ = try signature()
      case UInt8(ascii: "v"): try skip(try signature(), depth: depth + 1)
      case UInt8(ascii: "("), UInt8(ascii: "{"): try align(to: 8)
      case UInt8(ascii: ")"), UInt8(ascii: "}"): break
      case UInt8(ascii: "a"):
        // No element is looked at: the length tells where the array ends.
        let element = try Self.dropElement(&types)
        let end = try beginArray(of: Self.alignment(of: element))
        offset = end
      default: throw Self.malformed
      }
    }
  }

  private static func alignment(of type: UInt8) -> Int {
    switch type {
    case UInt8(ascii: "y"), UInt8(ascii: "g"), UInt8(ascii: "v"): 1
    case UInt8(ascii: "n"), UInt8(ascii: "q"): 2
    case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "("),
      UInt8(ascii: "{"):
      8
    default: 4
    }
  }

  /// Takes one whole type off the front, and returns its first letter.
  private static func dropElement(_ types: inout ArraySlice<UInt8>) throws(VaultError) -> UInt8 {
    guard let first = types.popFirst() else { throw malformed }
    switch first {
    case UInt8(ascii: "a"): _ = try dropElement(&types)
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      var depth = 1
      while depth > 0 {
        guard let next = types.popFirst() else { throw malformed }
        if next == UInt8(ascii: "(") || next == UInt8(ascii: "{") { depth += 1 }
        if next == UInt8(ascii: ")") || next == UInt8(ascii: "}") { depth -= 1 }
      }
    default: break
    }
    return first
  }
}
