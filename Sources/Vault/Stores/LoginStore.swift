package import SealedFormat

/// A place where logins are kept.
package protocol LoginStore {
  /// The word for this kind of store in the settings and in lists.
  var name: String { get }
  /// Where it is, for messages: a path, or "the desktop keyring".
  var place: String { get }
  /// Whether the secrets are not encrypted there.
  var isPlaintext: Bool { get }

  /// What is known of every login, without its secret.
  func list() throws(VaultError) -> [CredentialRecord]

  func find(_ query: LoginQuery) throws(VaultError) -> Credential?

  /// Keeps a credential in place of the one with the same key.
  func put(_ credential: borrowing Credential) throws(VaultError)

  /// Removes the credential with exactly this key. Returns whether there was one.
  func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool
}

extension VaultError {
  /// A secret that no store takes: some keyrings give one out if they are locked.
  static var secretIsEmpty: VaultError { VaultError(.invalidInput, "the secret is empty") }
}

extension LoginStore {
  package var isPlaintext: Bool { false }

  /// The credential with the longest scope that covers `scope`.
  package func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    try find(.serving(scope))
  }

  /// Removes the credential of exactly this scope.
  ///
  /// Returns whether there was one.
  package func remove(_ scope: RegistryScope) throws(VaultError) -> Bool {
    try remove(.registry(scope))
  }
}
