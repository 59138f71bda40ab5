package import SealedFormat
internal import Vault

/// What came of asking a registry whether a stored login still holds.
package struct LoginCheck: Hashable, Sendable {
  /// The answer, in the words that are shown.
  package enum Verdict: String, Sendable {
    /// The registry asked for a login and took this one.
    case holds
    /// It turned it away.
    case refused
    /// It turned it away, and it or the secret says that its time is over.
    case expired
    /// Nobody knows: there was no answer, or none of a registry.
    case unreachable
    /// It lets everybody in, so that the secret was not checked.
    case open = "open registry"
  }

  /// The answer.
  package let verdict: Verdict
  /// What was said where it does not hold, without secrets.
  package let reason: String?
  /// What the user can do about it.
  package let remedy: Remedy?
  /// When the secret stops working, in seconds since 1970, if that is known.
  package let expires: Int64?

  package init(verdict: Verdict, reason: String?, remedy: Remedy? = nil, expires: Int64?) {
    self.verdict = verdict
    self.reason = reason
    self.remedy = remedy
    self.expires = expires
  }
}

extension RegistryClient {
  /// Asks a registry whether a stored login still holds.
  ///
  /// - Parameters:
  ///   - record: What is known of the login, which must be to a registry.
  ///   - secret: Its secret.
  ///   - now: The present, in seconds since 1970.
  ///   - greeting: What `greet` gave or threw; nil has the registry asked now.
  /// - Returns: The answer; a failure of any kind is one too.
  package func check(
    _ record: CredentialRecord, _ secret: borrowing SecretBytes, now: Int64,
    after greeting: Result<RegistryGreeting, VaultError>? = nil
  ) -> LoginCheck {
    let expires = SecretExpiry.find(in: secret.bytes) ?? record.expires
    do throws(VaultError) {
      guard let scope = record.scope else {
        throw VaultError(.invalidInput, "this is no login to a registry")
      }
      let outcome = try tryCredential(
        scope: scope, username: record.username, secret: secret, after: try greeting?.get())
      return LoginCheck(
        verdict: outcome.verdict == .accepted ? .holds : .open, reason: nil, expires: expires)
    } catch {
      let verdict: LoginCheck.Verdict =
        switch error.code {
        case .refused:
          (error.cause as? Refusal)?.speaksOfExpiry == true || expires.map { $0 <= now } == true
            ? .expired : .refused
        default: .unreachable
        }
      return LoginCheck(
        verdict: verdict, reason: error.message, remedy: error.remedy, expires: expires)
    }
  }
}

extension ConnectionOptions {
  /// The same options for a login that was made before.
  ///
  /// One that was made over TLS with a checked certificate never goes out without that.
  ///
  /// - Parameter record: What is known of the login.
  /// - Returns: The options.
  package func keeping(_ record: CredentialRecord) -> ConnectionOptions {
    var options = self
    guard record.isSecure else {
      options.prefersPlainHTTP = record.scope?.isLoopback == true && fallsBackToPlainHTTP
      return options
    }
    options.isPlainHTTP = false
    options.checksCertificate = true
    options.fallsBackToPlainHTTP = false
    return options
  }
}
