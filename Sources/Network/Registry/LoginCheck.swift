package import SealedFormat

/// The result of asking a registry whether a stored login still works.
package struct LoginCheck: Hashable, Sendable {
  /// The result, in the words that are shown.
  package enum Verdict: String, Sendable {
    /// The registry asked for a login and accepted this one.
    case holds
    /// It refused the login.
    case refused
    /// It refused the login, and it or the secret says that the login has expired.
    case expired
    /// There was no answer, or not one of a registry.
    case unreachable
    /// It does not ask for a login, so the secret was not checked.
    case open = "open registry"
  }

  package let verdict: Verdict
  /// Why the login does not work, without secrets.
  package let reason: String?
  /// What the user can do about it.
  package let remedy: Remedy?
  /// When the secret expires, in seconds since 1970, if that is known.
  package let expires: Int64?

  package init(verdict: Verdict, reason: String?, remedy: Remedy? = nil, expires: Int64?) {
    self.verdict = verdict
    self.reason = reason
    self.remedy = remedy
    self.expires = expires
  }
}

extension RegistryClient {
  /// Asks a registry whether a stored login still works.
  ///
  /// A failure of any kind is a result too.
  ///
  /// - Parameters:
  ///   - record: The login, which must be to a registry.
  ///   - now: In seconds since 1970.
  ///   - probe: The result of `probe(_:)`; nil to probe now.
  package func check(
    _ record: CredentialRecord, _ secret: borrowing SecretBytes, now: Int64,
    after probe: Result<ProbeAnswer, VaultError>? = nil
  ) -> LoginCheck {
    let expires = SecretExpiry.find(in: secret.bytes) ?? record.expires
    do throws(VaultError) {
      guard let scope = record.scope else {
        throw VaultError(.invalidInput, "this is not a login to a registry")
      }
      let outcome = try tryCredential(
        scope: scope, username: record.username, secret: secret, after: try probe?.get())
      return LoginCheck(
        verdict: outcome.verdict == .accepted ? .holds : .open, reason: nil, expires: expires)
    } catch {
      let verdict: LoginCheck.Verdict =
        if error.code != .refused {
          .unreachable
        } else if (error.cause as? Refusal)?.speaksOfExpiry == true
          || expires.map({ $0 <= now }) == true
        {
          .expired
        } else {
          .refused
        }
      return LoginCheck(
        verdict: verdict, reason: error.message, remedy: error.remedy, expires: expires)
    }
  }
}
