internal import SealedFormat

/// Walks through the fields of a message of SSH (RFC 4251, section 5).
///
/// It says where they are, so that a secret among them is not copied.
struct SSHFields {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset == end }

  /// The next byte.
  mutating func byte(in bytes: RawSpan) throws(VaultError) -> UInt8 {
    bytes[try take(1).lowerBound]
  }

  /// The next number, of four bytes with the highest first.
  mutating func number(in bytes: RawSpan) throws(VaultError) -> Int {
    try take(4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
  }

  /// Where the bytes of the next string are.
  mutating func string(in bytes: RawSpan) throws(VaultError) -> Range<Int> {
    try take(try number(in: bytes))
  }

  private mutating func take(_ count: Int) throws(VaultError) -> Range<Int> {
    guard count <= end - offset else {
      throw VaultError(.damaged, "the answer of the ssh-agent ends in the middle of a field")
    }
    defer { offset += count }
    return offset..<offset + count
  }
}

extension RawSpan {
  /// Whether the bytes of a range are those of a text.
  func has(_ text: String, at range: Range<Int>) -> Bool {
    range.count == text.utf8.count && zip(range, text.utf8).allSatisfy { self[$0] == $1 }
  }

  /// A copy of a range that is no secret.
  func publicBytes(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }
}
