/// A place that keeps registry credentials.
public protocol CredentialStore: ~Copyable {
  /// Everything that is kept, in the order in which it was first put there; opens no secret.
  func list() throws(VaultError) -> [CredentialRecord]

  /// The credential with the longest scope that covers `scope`, or nil.
  func find(_ scope: RegistryScope) throws(VaultError) -> Credential?

  /// Keeps a credential, durably, in the place of one for the same scope. Spellings are joined.
  mutating func put(_ credential: borrowing Credential) throws(VaultError)

  /// Removes the credential of exactly this scope.
  ///
  /// - Returns: Whether there was one.
  mutating func remove(_ scope: RegistryScope) throws(VaultError) -> Bool
}

extension Sequence<CredentialRecord> {
  /// The record with the longest scope that covers `scope`.
  package func closest(to scope: RegistryScope) -> CredentialRecord? {
    filter { $0.scope?.covers(scope) ?? false }
      .max { ($0.scope?.path.utf8.count ?? 0) < ($1.scope?.path.utf8.count ?? 0) }
  }
}
