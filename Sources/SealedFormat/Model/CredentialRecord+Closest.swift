extension Sequence<CredentialRecord> {
  /// The record with the longest scope that covers `scope`.
  package func closest(to scope: RegistryScope) -> CredentialRecord? {
    filter { $0.scope?.covers(scope) ?? false }
      .max { ($0.scope?.path.utf8.count ?? 0) < ($1.scope?.path.utf8.count ?? 0) }
  }
}
