/// What a vault keeps, without the secrets.
package struct VaultContents {
  /// In the order of the index.
  package var records: [CredentialRecord] = []
  /// How many records this version does not know or must not use; they are kept as they are.
  package var unknownCount = 0

  /// The logins: all records but those that undo migrations.
  package var logins: [CredentialRecord] { records.filter { !$0.isOfMigration } }

  /// Decodes and checks all of an index.
  init(_ index: VaultIndex) throws(VaultError) {
    var identifiers: Set<SIMD16<UInt8>> = []
    records.reserveCapacity(index.records.count)
    for record in index.records {
      guard identifiers.insert(SIMD16(record.identifier)).inserted else {
        throw VaultError(.damaged, "two records of its index have the same identifier")
      }
      if let stored = try StoredCredential(record) {
        records.append(stored.record)
      } else if try record.tombstoneTime() == nil {
        unknownCount += 1
      }
    }
  }
}
