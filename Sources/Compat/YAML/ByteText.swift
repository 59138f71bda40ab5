/// A text that is compared and hashed as bytes.
///
/// `String` compares by canonical equivalence: names that differ for other programs would be one,
/// and a name of thousands of combining marks would take quadratic time.
struct ByteText: Hashable, Sendable, ExpressibleByStringLiteral {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8) }
  init(stringLiteral text: String) { self.init(text) }

  var string: String { String(decoding: bytes, as: UTF8.self) }
}
