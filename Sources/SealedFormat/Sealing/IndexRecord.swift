/// A record of the index with its sealed secret, found but not decoded.
struct IndexRecord {
  static let identifierLength = 16
  /// Kind and length of the body.
  private static let headLength = 1 + 4
  /// Kind, length, identifier and secret length.
  static let shortest = headLength + identifierLength + 4

  /// The whole record as it is in the index, at least `shortest` bytes.
  let bytes: ArraySlice<UInt8>
  /// Its sealed secret; empty if it has none.
  let secret: ArraySlice<UInt8>

  /// Reads the next record of an index, and its secret.
  init(from reader: inout ByteReader, secrets: inout ByteReader) throws(VaultError) {
    var head = reader
    let kind: UInt8 = try head.number()
    bytes = try reader.take(Self.headLength + Int(try head.number(UInt32.self)))
    guard bytes.count >= Self.shortest else {
      throw VaultError(.damaged, "it ends in the middle of a field")
    }
    guard kind != 0 else { throw VaultError(.damaged, "its index has a record of kind 0") }
    var length = ByteReader(bytes.dropFirst(Self.shortest - 4))
    let secretLength = Int(try length.number(UInt32.self))
    guard secretLength <= secrets.remaining else {
      throw VaultError(.damaged, "a secret ends outside of its region")
    }
    secret = try secrets.take(secretLength)
  }

  /// A new record; `rest` is its content behind the key.
  init(
    _ key: RecordKey, identifier: [UInt8], secret: ArraySlice<UInt8>, rest: [UInt8]
  ) throws(VaultError) {
    var body = identifier
    body.append(number: UInt32(secret.count))
    try key.append(to: &body)
    body += rest
    var bytes = [key.kind]
    bytes.append(number: UInt32(body.count))
    self.init(bytes: (bytes + body)[...], secret: secret)
  }

  private init(bytes: ArraySlice<UInt8>, secret: ArraySlice<UInt8>) {
    self.bytes = bytes
    self.secret = secret
  }

  var kind: UInt8 { bytes[bytes.startIndex] }

  /// Random, new with every secret, so that a sealed secret fits nowhere else.
  var identifier: ArraySlice<UInt8> {
    bytes.dropFirst(Self.headLength).prefix(Self.identifierLength)
  }

  /// The body behind identifier and secret length.
  var content: ArraySlice<UInt8> { bytes.dropFirst(Self.shortest) }

  /// Whether this version knows what it is.
  var isKnown: Bool { kind <= RecordKey.Kind.tombstone }

  /// What it is for; nil if its kind is unknown.
  func key() throws(VaultError) -> RecordKey? {
    guard isKnown else { return nil }
    var reader = ByteReader(content)
    return try RecordKey(kind: kind, from: &reader)
  }

  /// The same record with another identifier, and the secret of the same length sealed for it.
  func resealed(_ secret: [UInt8], identifier: [UInt8]) -> IndexRecord {
    var fresh = Array(bytes)
    fresh.replaceSubrange(
      Self.headLength..<(Self.headLength + Self.identifierLength), with: identifier)
    return IndexRecord(bytes: fresh[...], secret: secret[...])
  }
}
