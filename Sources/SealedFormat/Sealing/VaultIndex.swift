/// The index of an open vault: its records with their sealed secrets, both as they are in the file.
///
/// Nothing is decoded but what is asked for, and what this version does not know stays as it is.
struct VaultIndex {
  var attributes: VaultAttributes
  /// In the order of the file: those of known kinds by their keys, then those of unknown kinds.
  private(set) var records: [IndexRecord]
  /// How many of the records are of known kinds.
  private var knownCount: Int

  init() {
    attributes = VaultAttributes()
    records = []
    knownCount = 0
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
    let count = Int(try reader.number(UInt32.self))
    var secrets = ByteReader(region)
    records = []
    records.reserveCapacity(min(count, reader.remaining / IndexRecord.shortest))
    knownCount = 0
    var last: (kind: UInt8, key: RecordKey?) = (0, nil)
    for _ in 0..<count {
      let record = try IndexRecord(from: &reader, secrets: &secrets)
      let key = try record.key()
      if let key, let before = last.key {
        guard before < key else {
          throw VaultError(.damaged, "its index has a record twice or out of order")
        }
      } else if record.kind < last.kind {
        throw VaultError(.damaged, "its index has a record out of order")
      }
      last = (record.kind, key)
      records.append(record)
      if key != nil { knownCount = records.count }
    }
    guard plain.count == Self.paddedLength(reader.offset),
      region.count
        == (region.count - secrets.remaining)
        .roundedUpToPowerOfTwo(atLeast: SealedVault.shortestEntries)
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
    bytes.append(number: UInt32(records.count))
    for record in records { bytes += record.bytes }
    return bytes + [UInt8](repeating: 0, count: Self.paddedLength(bytes.count) - bytes.count)
  }

  /// The sealed secrets of all records, without gaps.
  var secrets: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.reduce(0) { $0 + $1.secret.count })
    for record in records { bytes += record.secret }
    return bytes
  }

  /// The length that fills a region of the file together with nonce and tag.
  private static func paddedLength(_ count: Int) -> Int {
    let overhead = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength
    return (count + overhead).roundedUpToPowerOfTwo(atLeast: SealedVault.shortestIndex) - overhead
  }

  // MARK: Finding

  /// The record with exactly this key, or nil.
  func find(_ key: RecordKey) throws(VaultError) -> IndexRecord? {
    let place = try place(of: key)
    return try isThere(key, at: place) ? records[place] : nil
  }

  /// The registry's record with the longest scope that covers `scope`, or nil.
  func closest(to scope: RegistryScope, account: Account) throws(VaultError) -> IndexRecord? {
    let wanted = RecordKey(.registry(scope, account: account))
    let host = wanted.host
    var best: IndexRecord?
    // Paths ascend, so of those that cover it the last is the longest.
    for record in records[try place(of: host)..<knownCount] {
      guard let key = try record.key(), key.host == host else { break }
      if key.covers(wanted) { best = record }
    }
    return best
  }

  /// Where the record with a key is, or belongs.
  private func place(of key: RecordKey) throws(VaultError) -> Int {
    var first = 0
    var end = knownCount
    while first < end {
      let middle = (first + end) / 2
      if let found = try records[middle].key(), found < key {
        first = middle + 1
      } else {
        end = middle
      }
    }
    return first
  }

  private func isThere(_ key: RecordKey, at place: Int) throws(VaultError) -> Bool {
    guard place < knownCount, let found = try records[place].key() else { return false }
    return found == key
  }

  // MARK: Changing

  /// Puts a record in the place of the one with the same key, or where it belongs.
  mutating func put(_ record: IndexRecord, for key: RecordKey) throws(VaultError) {
    let place = try place(of: key)
    if try isThere(key, at: place) {
      records[place] = record
    } else {
      records.insert(record, at: place)
      knownCount += 1
    }
  }

  /// Removes the record with a key; returns whether there was one.
  @discardableResult
  mutating func remove(_ key: RecordKey) throws(VaultError) -> Bool {
    let place = try place(of: key)
    guard try isThere(key, at: place) else { return false }
    records.remove(at: place)
    knownCount -= 1
    return true
  }

  /// Seals every secret anew, those of unknown kinds too; each gets a new identifier.
  mutating func reseal(
    _ reseal: (IndexRecord, _ identifier: [UInt8]) throws(VaultError) -> [UInt8]
  ) throws(VaultError) {
    for (place, record) in records.enumerated() where !record.secret.isEmpty {
      let identifier = try [UInt8].random(count: IndexRecord.identifierLength)
      records[place] = record.resealed(try reseal(record, identifier), identifier: identifier)
    }
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
