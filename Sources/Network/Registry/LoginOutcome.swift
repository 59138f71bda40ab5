package import SealedFormat
internal import Vault

/// What a registry made of a credential that it did not refuse.
package struct LoginOutcome: Hashable, Sendable {
  /// What the registry said.
  package enum Verdict: Hashable, Sendable {
    /// It asked for a login and took this one.
    case accepted
    /// It lets everybody in, so that the secret was not checked.
    case notAsked
  }

  /// What the registry said.
  package let verdict: Verdict
  /// How it was asked.
  package let transport: Transport
  /// Whether it was asked over plain http without that being said, because it is on this machine and
  /// does not speak https.
  package let isFallback: Bool
  /// When the secret stops working, in seconds since 1970, where it says so itself.
  package let expires: Int64?
  /// How long the tokens are good for that the token server gives for the secret, in seconds, where there
  /// is one and it says so (`expires_in`).
  package let tokenLifetime: Int64?

  /// Whether it was asked over https with a checked certificate.
  package var isSecure: Bool { transport == .checkedTLS }
}
