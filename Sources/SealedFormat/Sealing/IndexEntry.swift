/// One line of a vault's index: what is known of a credential, and its sealed secret.
package struct IndexEntry {
  static let identifierLength = 16

  package var record: CredentialRecord
  /// Random, new with every secret, so that a sealed secret fits nowhere else.
  package let identifier: [UInt8]
  /// Nonce, ciphertext and tag of the secret.
  let sealedSecret: ArraySlice<UInt8>
}

/// The index as it stands inside its seal: the records in order, each with the length of its sealed
/// secret; the secrets lie in the same order, without gaps.
enum IndexCoding {
  private static let secureFlag: UInt8 = 1
  /// The bytes of an entry whose texts are empty.
  private static let shortestEntry = 1 + 1 + IndexEntry.identifierLength + 4 + 3 * 8 + 2 + 6 * 2

  /// The index and zeros behind it.
  static func encode(_ entries: [IndexEntry]) throws(VaultError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(number: UInt32(entries.count))
    for entry in entries { try append(entry, to: &bytes) }
    return bytes + [UInt8](repeating: 0, count: paddedLength(bytes.count) - bytes.count)
  }

  /// The length that fills a region of the file together with nonce and tag.
  private static func paddedLength(_ count: Int) -> Int {
    let overhead = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength
    return (count + overhead).roundedUpToPowerOfTwo(atLeast: SealedVault.shortestIndex) - overhead
  }

  private static func append(_ entry: IndexEntry, to bytes: inout [UInt8]) throws(VaultError) {
    let record = entry.record
    let (kind, name, port, path) = parts(of: record.key)
    bytes.append(kind)
    bytes.append(record.isSecure ? secureFlag : 0)
    bytes += entry.identifier
    bytes.append(number: UInt32(entry.sealedSecret.count))
    for time in [record.created, record.expires ?? 0, record.verified ?? 0] {
      bytes.append(number: UInt64(clamping: time))
    }
    bytes.append(number: port)
    try bytes.append(text: name)
    try bytes.append(text: path)
    try bytes.append(text: record.username)
    try bytes.append(text: record.importedFrom ?? "")
    try bytes.append(text: record.serverURL ?? "")
    guard let count = UInt16(exactly: record.spellings.count) else {
      throw VaultError(.invalidInput, "a login has too many spellings for the vault")
    }
    bytes.append(number: count)
    for spelling in record.spellings { try bytes.append(text: spelling) }
  }

  /// Reads an index, and takes the sealed secrets out of their region.
  static func decode(
    _ index: [UInt8], secrets: ArraySlice<UInt8>
  ) throws(VaultError) -> [IndexEntry] {
    var reader = ByteReader(index[...])
    var rest = ByteReader(secrets)
    let count = Int(try reader.number(UInt32.self))
    var entries: [IndexEntry] = []
    var keys: Set<CredentialRecord.Key> = []
    var identifiers: Set<[UInt8]> = []
    // The count may claim anything; the length cannot.
    let room = min(count, index.count / Self.shortestEntry)
    entries.reserveCapacity(room)
    keys.reserveCapacity(room)
    identifiers.reserveCapacity(room)
    for _ in 0..<count {
      let entry = try decodeEntry(&reader, secrets: &rest)
      guard keys.insert(entry.record.key).inserted else {
        throw VaultError(.damaged, "its index names a credential twice")
      }
      guard identifiers.insert(entry.identifier).inserted else {
        throw VaultError(.damaged, "two entries of its index have the same identifier")
      }
      entries.append(entry)
    }
    let used = secrets.count - rest.remaining
    guard index.count == paddedLength(reader.offset),
      secrets.count == used.roundedUpToPowerOfTwo(atLeast: SealedVault.shortestEntries)
    else { throw VaultError(.damaged, "a region is longer than what is in it needs") }
    guard try reader.take(reader.remaining).allSatisfy({ $0 == 0 }) else {
      throw VaultError(.damaged, "its index goes on behind its end")
    }
    return entries
  }

  private static func decodeEntry(
    _ reader: inout ByteReader, secrets: inout ByteReader
  ) throws(VaultError) -> IndexEntry {
    let kind: UInt8 = try reader.number()
    let flags: UInt8 = try reader.number()
    guard flags & ~secureFlag == 0 else {
      throw VaultError(.damaged, "its index has a flag that means nothing")
    }
    let identifier = Array(try reader.take(IndexEntry.identifierLength))
    let secretLength = Int(try reader.number(UInt32.self))
    let created = try time(&reader)
    let expires = try time(&reader)
    let verified = try time(&reader)
    let port: UInt16 = try reader.number()
    let key = try key(kind: kind, name: reader.text(), port: port, path: reader.text())
    let username = try reader.text()
    let importedFrom = try reader.text()
    let serverURL = try reader.text()
    var spellings: [String] = []
    for _ in 0..<(try reader.number(UInt16.self)) { spellings.append(try reader.text()) }
    let record = CredentialRecord(
      key: key, spellings: spellings, isSecure: flags & secureFlag != 0, username: username,
      created: created, expires: expires == 0 ? nil : expires,
      verified: verified == 0 ? nil : verified,
      importedFrom: importedFrom.isEmpty ? nil : importedFrom,
      serverURL: serverURL.isEmpty ? nil : serverURL)
    return IndexEntry(
      record: record, identifier: identifier, sealedSecret: try secrets.take(secretLength))
  }

  private static func time(_ reader: inout ByteReader) throws(VaultError) -> Int64 {
    guard let time = Int64(exactly: try reader.number(UInt64.self)) else {
      throw VaultError(.damaged, "its index has a time that is out of range")
    }
    return time
  }

  private static func parts(
    of key: CredentialRecord.Key
  ) -> (kind: UInt8, name: String, port: UInt16, path: String) {
    switch key {
    case .registry(let scope, _): (1, scope.host, scope.port ?? 0, scope.path)
    case .keyserver(let uri): (2, uri, 0, "")
    case .endpoint(let name): (3, name, 0, "")
    case .helperKey(let text, _): (4, text, 0, "")
    case .migration(let name, _): (5, name, 0, "")
    }
  }

  private static func key(
    kind: UInt8, name: String, port: UInt16, path: String
  ) throws(VaultError) -> CredentialRecord.Key {
    if kind == 1 {
      guard !name.isEmpty, port != 443 else {
        throw VaultError(.damaged, "its index has an address in a form that is not written")
      }
      return .registry(RegistryScope(host: name, port: port == 0 ? nil : port, path: path))
    }
    guard port == 0, path.isEmpty else {
      throw VaultError(.damaged, "its index has a port or path where none belongs")
    }
    switch kind {
    case 2: return .keyserver(name)
    case 3: return .endpoint(name)
    case 4: return .helperKey(name)
    case 5: return .migration(name)
    default: throw VaultError(.damaged, "its index has a credential of an unknown kind")
    }
  }
}
