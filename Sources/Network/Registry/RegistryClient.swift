package import SealedFormat

/// Tries logins at registries.
package struct RegistryClient: Sendable {
  private let options: ConnectionOptions
  private let warn: @Sendable (String) -> Void

  /// Makes a client; nothing is loaded or sent yet.
  ///
  /// - Parameter warn: Gets a message about each file in certs.d that is skipped.
  package init(
    options: ConnectionOptions = ConnectionOptions(),
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.options = options
    self.warn = warn
  }

  /// Sends `GET /v2/` without a credential.
  ///
  /// The answer is good for every credential of this registry, with the same options.
  ///
  /// - Throws: `unreachable` if the server does not answer as a registry, or libcurl is missing;
  ///   `configuration` for certificate files and proxies.
  package func probe(_ scope: RegistryScope) throws(VaultError) -> ProbeAnswer {
    try LoginAttempt(scope: scope, options: options, warn: warn).probe()
  }

  /// Tries a credential at its registry, by the challenge that the registry gives.
  ///
  /// The secret goes to the registry itself, and to the token server that the registry names, over https;
  /// nowhere else. A registry on this machine is also asked over plain http, if it does not speak https.
  ///
  /// - Parameters:
  ///   - username: The user name, or `<token>` for an identity token.
  ///   - probe: The answer of `probe(_:)`; nil to probe now.
  /// - Throws: `refused` if the registry says no; `unreachable` if it does not answer as a registry, or
  ///   libcurl is missing; `configuration` for certificate files and proxies; `invalidInput` for a user
  ///   name that cannot be sent.
  package func tryCredential(
    scope: RegistryScope, username: String, secret: borrowing SecretBytes,
    after probe: ProbeAnswer? = nil
  ) throws(VaultError) -> LoginOutcome {
    let isToken = username == TokenUsername.identityToken
    if !isToken { try check(username) }
    let isProbed = probe != nil
    let attempt = try LoginAttempt(scope: scope, options: options) { if !isProbed { warn($0) } }
    let probe = if let probe { probe } else { try attempt.probe() }
    let (verdict, lifetime) = try attempt.run(
      username: isToken ? nil : username, secret, after: probe)
    let transport: Transport =
      !probe.registry.isSecure
      ? .plainHTTP : options.checksCertificate ? .checkedTLS : .uncheckedTLS
    return LoginOutcome(
      verdict: verdict, transport: transport,
      isFallback: probe.isFallback, expires: SecretExpiry.find(in: secret.bytes),
      tokenLifetime: lifetime)
  }

  private func check(_ username: String) throws(VaultError) {
    // In the header the first colon ends the name; the rest would become part of the password.
    for scalar in username.unicodeScalars
    where scalar == ":" || scalar.properties.generalCategory == .control {
      throw VaultError(
        .invalidInput,
        "the user name \"\(username.escapingControls)\" cannot be sent to a registry: "
          + "it has a \":\" or a control character")
    }
  }
}
