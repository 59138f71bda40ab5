/// The index of an open vault with its sealed secrets, both as they are in the file.
///
/// Records are found by walking over them, and changed by cutting and pasting bytes. So nothing is decoded
/// but what is asked for, and what this version does not know stays as it is.
struct VaultIndex {
  var attributes: VaultAttributes
  private(set) var count: Int
  /// The records, one after another.
  private var records: ArraySlice<UInt8>
  /// Their sealed secrets in the same order, without gaps.
  private(set) var secrets: ArraySlice<UInt8>

  init() {
    attributes = VaultAttributes()
    count = 0
    records = []
    secrets = []
  }

  /// Checks the form of an index.
  ///
  /// - Parameters:
  ///   - plain: The plaintext with the zeros behind it.
  ///   - region: The sealed secrets with the filler behind them.
  /// - Throws: `damaged`; `configuration` if a newer version is needed.
  init(_ plain: [UInt8], secrets region: ArraySlice<UInt8>) throws(VaultError) {
    var reader = ByteReader(plain[...])
    attributes = try VaultAttributes(try reader.take(Int(try reader.number(UInt32.self))))
    count = Int(try reader.number(UInt32.self))
    let start = reader.offset
    var secretEnd = region.startIndex
    var last: (kind: UInt8, key: RecordKey?) = (0, nil)
    for _ in 0..<count {
      let record = try IndexRecord(from: &reader, secretStart: secretEnd)
      let key = try record.key()
      if let key, let before = last.key {
        guard before < key else {
          throw VaultError(.damaged, "its index has a record twice or out of order")
        }
      } else if record.kind < last.kind {
        throw VaultError(.damaged, "its index has a record out of order")
      }
      last = (record.kind, key)
      secretEnd = record.secretPlace.upperBound
      guard secretEnd <= region.endIndex else {
        throw VaultError(.damaged, "a secret ends outside of its region")
      }
    }
    records = plain[start..<reader.offset]
    secrets = region[..<secretEnd]
    guard plain.count == Self.paddedLength(reader.offset),
      region.count == secrets.count.roundedUpToPowerOfTwo(atLeast: SealedVault.shortestEntries)
    else { throw VaultError(.damaged, "a region is longer than what is in it needs") }
    guard reader.takeRest().allSatisfy({ $0 == 0 }) else {
      throw VaultError(.damaged, "its index continues after its end")
    }
  }

  /// The plaintext with the zeros behind it.
  func encoded() throws(VaultError) -> [UInt8] {
    let attributes = try attributes.encoded()
    var bytes: [UInt8] = []
    bytes.append(number: UInt32(attributes.count))
    bytes += attributes
    bytes.append(number: UInt32(count))
    bytes += records
    return bytes + [UInt8](repeating: 0, count: Self.paddedLength(bytes.count) - bytes.count)
  }

  /// The length that fills a region of the file together with nonce and tag.
  private static func paddedLength(_ count: Int) -> Int {
    let overhead = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength
    return (count + overhead).roundedUpToPowerOfTwo(atLeast: SealedVault.shortestIndex) - overhead
  }

  // MARK: Walking

  /// Goes from record to record.
  struct Cursor {
    fileprivate var reader: ByteReader
    fileprivate(set) var secretEnd: Int

    mutating func next() throws(VaultError) -> IndexRecord? {
      guard reader.remaining > 0 else { return nil }
      let record = try IndexRecord(from: &reader, secretStart: secretEnd)
      secretEnd = record.secretPlace.upperBound
      return record
    }
  }

  var cursor: Cursor { Cursor(reader: ByteReader(records), secretEnd: secrets.startIndex) }

  /// The record with exactly this key, or nil.
  func find(_ key: RecordKey) throws(VaultError) -> IndexRecord? {
    var cursor = cursor
    while let record = try cursor.next() {
      guard let found = try record.key() else { return nil }
      if found == key { return record }
      if key < found { return nil }
    }
    return nil
  }

  /// The registry's record with the longest scope that covers `scope`, or nil.
  func closest(to scope: RegistryScope, account: Account) throws(VaultError) -> IndexRecord? {
    let wanted = RecordKey(.registry(scope, account: account))
    var best: (record: IndexRecord, length: Int)?
    var cursor = cursor
    while let record = try cursor.next(), record.kind == RecordKey.Kind.registry {
      guard let key = try record.key(), key.covers(wanted) else { continue }
      if best.map({ key.path.count >= $0.length }) ?? true { best = (record, key.path.count) }
    }
    return best?.record
  }

  // MARK: Changing

  /// Puts a record with its secret in the place of the one with the same key, or where it belongs.
  mutating func put(
    _ record: [UInt8], secret: [UInt8], for key: RecordKey
  ) throws(VaultError) {
    var cursor = cursor
    var place = records.startIndex..<records.startIndex
    var secretPlace = secrets.startIndex..<secrets.startIndex
    while let found = try cursor.next() {
      guard let other = try found.key(), other < key || other == key else { break }
      if other == key {
        (place, secretPlace) = (found.place, found.secretPlace)
        count -= 1
        break
      }
      place = found.place.upperBound..<found.place.upperBound
      secretPlace = found.secretPlace.upperBound..<found.secretPlace.upperBound
    }
    records.replaceSubrange(place, with: record)
    secrets.replaceSubrange(secretPlace, with: secret)
    count += 1
  }

  /// Removes a record that was found in this very index.
  mutating func remove(_ record: IndexRecord) {
    records.removeSubrange(record.place)
    secrets.removeSubrange(record.secretPlace)
    count -= 1
  }

  /// Seals every secret anew, those of unknown kinds too; each gets a new identifier.
  mutating func reseal(
    _ reseal: (IndexRecord, ArraySlice<UInt8>, _ identifier: [UInt8]) throws(VaultError) -> [UInt8]
  ) throws(VaultError) {
    var fresh = Array(records)
    var freshSecrets: [UInt8] = []
    freshSecrets.reserveCapacity(secrets.count)
    var cursor = cursor
    while let record = try cursor.next() {
      guard !record.secretPlace.isEmpty else { continue }
      let identifier = try [UInt8].random(count: IndexRecord.identifierLength)
      freshSecrets += try reseal(record, secrets[record.secretPlace], identifier)
      let start = record.place.lowerBound - records.startIndex + IndexRecord.headLength
      fresh.replaceSubrange(start..<(start + identifier.count), with: identifier)
    }
    records = fresh[...]
    secrets = freshSecrets[...]
  }
}

extension RecordKey {
  /// Whether a registry's login may be used for what `other` is: the same host, port and account, and a
  /// prefix of whole path components.
  fileprivate func covers(_ other: RecordKey) -> Bool {
    guard name == other.name, port == other.port, account == other.account else { return false }
    guard !path.isEmpty, path != other.path else { return true }
    return path.count < other.path.count && other.path.starts(with: path)
      && other.path[other.path.startIndex + path.count] == UInt8(ascii: "/")
  }
}
