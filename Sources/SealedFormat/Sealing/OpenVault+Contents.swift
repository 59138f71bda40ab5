extension OpenVault {
  /// Everything that is kept, decoded.
  package var contents: VaultContents {
    get throws(VaultError) { try VaultContents(index) }
  }

  /// Everything that this version knows, what undoes migrations included.
  package var records: [CredentialRecord] { get throws(VaultError) { try contents.records } }

  /// What is known of the credential with exactly this key, or nil; opens no secret.
  ///
  /// - Throws: `configuration` if only a newer version may use it.
  package borrowing func record(_ key: CredentialRecord.Key) throws(VaultError) -> CredentialRecord?
  {
    guard let record = try index.find(RecordKey(key)) else { return nil }
    return try Self.known(record).record
  }

  /// The credential with exactly this key, or nil.
  ///
  /// - Throws: `damaged` if the secret does not open, `configuration` if only a newer version may use it.
  package borrowing func find(_ key: CredentialRecord.Key) throws(VaultError) -> Credential? {
    guard let record = try index.find(RecordKey(key)) else { return nil }
    return try credential(record)
  }

  /// The credential of an account with the longest scope that covers `scope`, or nil.
  ///
  /// - Throws: As for an exact key.
  package borrowing func find(
    closestTo scope: RegistryScope, account: Account = .standard
  ) throws(VaultError) -> Credential? {
    guard let record = try index.closest(to: scope, account: account) else { return nil }
    return try credential(record)
  }

  private borrowing func credential(_ record: IndexRecord) throws(VaultError) -> Credential {
    Credential(record: try Self.known(record).record, secret: try secret(of: record))
  }

  private static func known(_ record: IndexRecord) throws(VaultError) -> StoredCredential {
    guard let stored = try StoredCredential(record) else {
      throw VaultError(
        .configuration,
        "this login has something that this program does not know, so it is not used: use a newer one"
      )
    }
    return stored
  }

  /// Opens the secret of one record.
  borrowing func secret(of record: IndexRecord) throws(VaultError) -> SecretBytes {
    try SealedSecret.open(
      record.secret, key: key.subkey(.entries), vaultID: identifier,
      entryID: Array(record.identifier))
  }

  /// What changes with the secret of a credential; nil if there is no such credential.
  package borrowing func secretIdentifier(
    of key: CredentialRecord.Key
  ) throws(VaultError) -> [UInt8]? {
    try index.find(RecordKey(key)).map { Array($0.identifier) }
  }

  // MARK: Changing

  /// Puts a credential in the place of one with the same key.
  ///
  /// - Throws: `invalidInput` for a secret that is too long; `configuration` if only a newer version may
  ///   change what is there.
  package mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    let key = RecordKey(credential.record.key)
    var stored = StoredCredential(credential.record)
    if let old = try index.find(key) { stored = try Self.known(old).replaced(by: stored.record) }
    let entryID = try [UInt8].random(count: IndexRecord.identifierLength)
    let sealed = try SealedSecret.seal(
      credential.secret, key: self.key.subkey(.entries), vaultID: identifier, entryID: entryID)
    try index.put(stored.encoded(identifier: entryID, secret: sealed[...]), for: key)
    try index.unbury(key)
  }

  /// Removes a credential; returns whether it was there.
  ///
  /// That a login was there is remembered for a while.
  package mutating func remove(
    _ key: CredentialRecord.Key, now: Int64 = WallClock.now
  ) throws(VaultError) -> Bool {
    let key = RecordKey(key)
    guard try index.remove(key) else { return false }
    try index.bury(key, now: now)
    return true
  }

  /// Keeps a credential under another key, in the place of what is there; its secret is not opened.
  ///
  /// - Returns: Whether there was a credential with the first key.
  package mutating func rename(
    _ key: CredentialRecord.Key, to other: CredentialRecord.Key
  ) throws(VaultError) -> Bool {
    guard let record = try index.find(RecordKey(key)) else { return false }
    var stored = try Self.known(record)
    stored.record.key = other
    let fresh = try stored.encoded(
      identifier: Array(record.identifier), secret: record.secret)
    try index.remove(RecordKey(key))
    try index.put(fresh, for: RecordKey(other))
    try index.unbury(RecordKey(other))
    return true
  }

  /// Notes what a registry said to a credential, if its secret is still the one with this identifier;
  /// returns whether that changed anything.
  package mutating func note(
    _ observation: (verified: Int64?, expires: Int64?), of key: CredentialRecord.Key,
    _ identifier: [UInt8]
  ) throws(VaultError) -> Bool {
    let recordKey = RecordKey(key)
    guard let record = try index.find(recordKey), Array(record.identifier) == identifier else {
      return false
    }
    var stored = try Self.known(record)
    let before = stored.record
    stored.record.verified = observation.verified ?? before.verified
    stored.record.expires = observation.expires ?? before.expires
    guard stored.record != before else { return false }
    try index.put(stored.encoded(identifier: identifier, secret: record.secret), for: recordKey)
    return true
  }
}
