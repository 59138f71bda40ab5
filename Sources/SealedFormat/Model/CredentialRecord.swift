/// What is known of a credential without its secret.
///
/// Times are in seconds since 1970.
package struct CredentialRecord: Hashable, Sendable {
  /// What the credential is for; one vault has one credential for each key.
  package var key: Key
  /// The addresses to show in a list, as the user wrote them: `docker://registry.example.com`.
  package var spellings: [String]
  /// The user name; `<token>` if the secret is an identity token.
  package var username: String
  /// When it was stored.
  package var created: Int64
  /// The server as a client of docker's helper protocol wrote it, to the letter.
  package var serverURL: String?

  // MARK: Known of the login, whatever its secret is

  package var transport: Transport
  /// The file of the certificate authorities that vouch for the registry.
  package var caFile: String?
  /// The files of the certificate and the key by which the client shows who it is.
  package var clientCertificate: String?
  package var clientKey: String?
  package var note: String?
  /// When anything but the secret was last changed by the user; nil if that was never.
  package var changed: Int64?

  // MARK: Known of this secret

  /// When the secret stops working.
  package var expires: Int64?
  /// When the registry last accepted it.
  package var verified: Int64?
  /// The file that it was taken over from.
  package var importedFrom: String?

  package init(
    key: Key, spellings: [String], isSecure: Bool, username: String, created: Int64,
    expires: Int64? = nil, verified: Int64? = nil, importedFrom: String? = nil,
    serverURL: String? = nil
  ) {
    self.key = key
    self.spellings = spellings
    transport = isSecure ? .checkedTLS : .uncheckedTLS
    self.username = username
    self.created = created
    self.expires = expires
    self.verified = verified
    self.importedFrom = importedFrom
    self.serverURL = serverURL
  }

  /// Whether the registry is spoken to over TLS with a checked certificate.
  package var isSecure: Bool { transport == .checkedTLS }

  /// The registry's scope, if the credential is for a registry.
  package var scope: RegistryScope? {
    guard case .registry(let scope, _) = key else { return nil }
    return scope
  }

  /// Whether this undoes a part of a migration, and is no credential.
  package var isOfMigration: Bool {
    guard case .migration = key else { return false }
    return true
  }
}
