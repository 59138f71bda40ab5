package import SealedFormat

/// A registry's answer to a credential that it did not refuse.
package struct LoginOutcome: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    /// It asked for a login and accepted this one.
    case accepted
    /// It does not ask for a login, so the secret was not checked.
    case notAsked
  }

  package let verdict: Verdict
  /// How it was asked.
  package let transport: Transport
  /// Whether it was asked over plain http although that was not requested, because it is on this machine
  /// and does not speak https.
  package let isFallback: Bool
  /// When the secret expires, in seconds since 1970, if it says so itself.
  package let expires: Int64?
  /// How long the token server's tokens are valid, in seconds, if it says so (`expires_in`).
  package let tokenLifetime: Int64?

  /// Whether it was asked over https with a checked certificate.
  package var isSecure: Bool { transport == .checkedTLS }
}
