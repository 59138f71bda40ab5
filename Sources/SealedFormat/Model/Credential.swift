/// A credential: what is known of it, and its secret.
package struct Credential: ~Copyable, Sendable {
  package let record: CredentialRecord
  /// The password or token.
  package let secret: SecretBytes

  package init(record: CredentialRecord, secret: consuming SecretBytes) {
    self.record = record
    self.secret = secret
  }

  /// Gives the secret away.
  package consuming func takeSecret() -> SecretBytes { secret }
}
