/// A record of the index, found but not decoded.
struct IndexRecord {
  static let identifierLength = 16
  /// Kind and length of the body.
  static let headLength = 1 + 4

  let kind: UInt8
  /// Random, new with every secret, so that a sealed secret fits nowhere else.
  let identifier: ArraySlice<UInt8>
  /// The body behind identifier and secret length.
  let content: ArraySlice<UInt8>
  /// Where the whole record is in the index.
  let place: Range<Int>
  /// Where its sealed secret is; empty if it has none.
  let secretPlace: Range<Int>

  /// Reads the next record of an index.
  ///
  /// - Parameter secretStart: Where the secret of the record before ends.
  init(from reader: inout ByteReader, secretStart: Int) throws(VaultError) {
    let start = reader.offset
    kind = try reader.number()
    var body = ByteReader(try reader.take(Int(try reader.number(UInt32.self))))
    identifier = try body.take(Self.identifierLength)
    secretPlace = secretStart..<(secretStart + Int(try body.number(UInt32.self)))
    content = body.takeRest()
    place = start..<reader.offset
    guard kind != 0 else { throw VaultError(.damaged, "its index has a record of kind 0") }
  }

  /// Whether this version knows what it is.
  var isKnown: Bool { kind <= RecordKey.Kind.tombstone }

  /// What it is for; nil if its kind is unknown.
  func key() throws(VaultError) -> RecordKey? {
    guard isKnown else { return nil }
    var reader = ByteReader(content)
    return try RecordKey(kind: kind, from: &reader)
  }

  /// A whole record.
  static func encoded(
    _ key: RecordKey, identifier: [UInt8], secretLength: Int, rest: [UInt8]
  ) throws(VaultError) -> [UInt8] {
    var body = identifier
    body.append(number: UInt32(secretLength))
    try key.append(to: &body)
    body += rest
    var bytes = [key.kind]
    bytes.append(number: UInt32(body.count))
    return bytes + body
  }
}
