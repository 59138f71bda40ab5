extension VaultIndex {
  /// How long the removal of a login is remembered, in seconds.
  private static let tombstoneLifetime: Int64 = 90 * 24 * 60 * 60

  /// Remembers that a login was removed, so that merging with an older copy does not bring it back.
  mutating func bury(_ key: RecordKey, now: Int64) throws(VaultError) {
    guard let tombstone = key.tombstone else { return }
    var time: [UInt8] = []
    time.append(number: UInt64(clamping: now))
    try put(
      IndexRecord(
        tombstone, identifier: .random(count: IndexRecord.identifierLength), secret: [],
        rest: time),
      for: tombstone)
  }

  /// Forgets that a login was removed, because it is there again.
  mutating func unbury(_ key: RecordKey) throws(VaultError) {
    if let tombstone = key.tombstone { try remove(tombstone) }
  }

  /// Forgets what was removed more than 90 days ago.
  mutating func forgetOldTombstones(now: Int64) throws(VaultError) {
    for record in records {
      guard let time = try record.tombstoneTime(), now - time > Self.tombstoneLifetime,
        let key = try record.key()
      else { continue }
      try remove(key)
    }
  }
}

extension IndexRecord {
  /// When the login was removed; nil if this is no tombstone.
  func tombstoneTime() throws(VaultError) -> Int64? {
    guard kind == RecordKey.Kind.tombstone else { return nil }
    var reader = ByteReader(content)
    _ = try RecordKey(kind: kind, from: &reader)
    let time = try reader.time()
    _ = try Attributes(reader.takeRest())
    guard secret.isEmpty else {
      throw VaultError(.damaged, "the removal of a login has a secret")
    }
    return time
  }
}
