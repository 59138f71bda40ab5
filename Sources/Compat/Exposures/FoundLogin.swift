package import SealedFormat
internal import Vault

/// A login that lies in the clear in a file, without its secret.
package struct FoundLogin: Sendable {
  /// Where its secret stands.
  enum Place: Sendable {
    /// In the entry of `auths` of this index.
    case entry(Int)
    case remote(RemoteSecretPlace)
  }

  /// What it is for.
  package let key: CredentialRecord.Key
  /// The address or name to show.
  package let shown: String
  /// The user name; empty for a token alone.
  package let username: String
  /// The line at which it begins, counted from 1.
  package let line: Int
  /// Whether its server is spoken to over TLS, as far as the file says.
  let isSecure: Bool
  /// The key of docker's form, to the letter, where it is no address.
  let serverURL: String?
  /// Where a token of its kind is made, where the file tells.
  let issuer: String?
  let place: Place

  init(
    key: CredentialRecord.Key, shown: String, username: String, line: Int, isSecure: Bool,
    serverURL: String? = nil, issuer: String? = nil, place: Place
  ) {
    self.key = key
    self.shown = shown
    self.username = username
    self.line = line
    self.isSecure = isSecure
    self.serverURL = serverURL
    self.issuer = issuer
    self.place = place
  }
}
