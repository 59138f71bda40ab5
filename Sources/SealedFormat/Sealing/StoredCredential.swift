/// What the index has of a credential: what this version knows of it, and what it only keeps.
struct StoredCredential {
  private enum Tag {
    static let transport: UInt16 = 1
    static let caFile: UInt16 = 2
    static let clientCertificate: UInt16 = 3
    static let clientKey: UInt16 = 4
    static let note: UInt16 = 5
    static let changed: UInt16 = 6
    static let expires: UInt16 = Attributes.ofSecretBit | 1
    static let verified: UInt16 = Attributes.ofSecretBit | 2
    static let importedFrom: UInt16 = Attributes.ofSecretBit | 3

    static let all: [UInt16] = [
      transport, caFile, clientCertificate, clientKey, note, changed, expires, verified,
      importedFrom,
    ]
  }

  var record: CredentialRecord
  private var unknown = Attributes()

  init(_ record: CredentialRecord) { self.record = record }

  /// Decodes a record; nil for one that is no credential or has a critical attribute that is unknown.
  init?(_ stored: IndexRecord) throws(VaultError) {
    guard stored.kind <= RecordKey.Kind.migration else { return nil }
    var reader = ByteReader(stored.content)
    let key = try RecordKey(kind: stored.kind, from: &reader)
    let created = try reader.time()
    let username = try reader.text()
    let serverURL = try reader.text()
    var spellings: [String] = []
    for _ in 0..<(try reader.number(UInt16.self)) { spellings.append(try reader.text()) }
    let attributes = try Attributes(reader.takeRest())
    unknown = attributes.filter { !Tag.all.contains($0) }
    guard unknown.tags.allSatisfy({ $0 & Attributes.criticalBit == 0 }) else { return nil }
    record = CredentialRecord(
      key: try key.credentialKey(), spellings: spellings, isSecure: true, username: username,
      created: created, serverURL: serverURL.isEmpty ? nil : serverURL)
    try read(attributes)
  }

  private mutating func read(_ attributes: Attributes) throws(VaultError) {
    if let bytes = attributes[Tag.transport] {
      guard bytes.count == 1, let transport = bytes.first.flatMap(Transport.init),
        transport != .checkedTLS
      else { throw Attributes.default }
      record.transport = transport
    }
    record.caFile = try attributes.text(Tag.caFile)
    record.clientCertificate = try attributes.text(Tag.clientCertificate)
    record.clientKey = try attributes.text(Tag.clientKey)
    record.note = try attributes.text(Tag.note)
    record.changed = try attributes.time(Tag.changed)
    record.expires = try attributes.time(Tag.expires)
    record.verified = try attributes.time(Tag.verified)
    record.importedFrom = try attributes.text(Tag.importedFrom)
  }

  /// The record as it is in the index.
  func encoded(
    identifier: [UInt8], secret: ArraySlice<UInt8>
  ) throws(VaultError) -> IndexRecord {
    var rest: [UInt8] = []
    rest.append(number: UInt64(clamping: record.created))
    try rest.append(text: record.username)
    try rest.append(text: record.serverURL ?? "")
    guard let count = UInt16(exactly: record.spellings.count) else {
      throw VaultError(.invalidInput, "a login has too many spellings for the vault")
    }
    rest.append(number: count)
    for spelling in record.spellings { try rest.append(text: spelling) }
    rest += try attributes.encoded()
    return try IndexRecord(
      RecordKey(record.key), identifier: identifier, secret: secret, rest: rest)
  }

  private var attributes: Attributes {
    var attributes = unknown
    if record.transport != .checkedTLS { attributes[Tag.transport] = [record.transport.rawValue] }
    attributes.set(Tag.caFile, text: record.caFile)
    attributes.set(Tag.clientCertificate, text: record.clientCertificate)
    attributes.set(Tag.clientKey, text: record.clientKey)
    attributes.set(Tag.note, text: record.note)
    attributes.set(Tag.changed, time: record.changed)
    attributes.set(Tag.expires, time: record.expires)
    attributes.set(Tag.verified, time: record.verified)
    attributes.set(Tag.importedFrom, text: record.importedFrom)
    return attributes
  }

  /// What becomes of this when another secret takes its place: the spellings of both, and what is known
  /// of the login unless the new record says something else.
  func replaced(by new: CredentialRecord) -> StoredCredential {
    var result = StoredCredential(new)
    result.record.spellings =
      record.spellings + new.spellings.filter { !record.spellings.contains($0) }
    result.record.serverURL = new.serverURL ?? record.serverURL
    result.record.caFile = new.caFile ?? record.caFile
    result.record.clientCertificate = new.clientCertificate ?? record.clientCertificate
    result.record.clientKey = new.clientKey ?? record.clientKey
    result.record.note = new.note ?? record.note
    result.record.changed = new.changed ?? record.changed
    result.unknown = unknown.filter { $0 & Attributes.ofSecretBit == 0 }
    return result
  }
}
