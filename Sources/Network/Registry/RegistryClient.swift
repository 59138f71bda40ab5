package import SealedFormat
internal import Vault

/// Asks registries.
package struct RegistryClient: Sendable {
  private let options: ConnectionOptions

  /// Makes a client; nothing is loaded or sent yet.
  ///
  /// - Parameter options: How to speak to registries.
  package init(options: ConnectionOptions = ConnectionOptions()) {
    self.options = options
  }

  /// Asks a registry how it wants to be asked, without a credential.
  ///
  /// - Parameter scope: The registry. Of a part of a registry, the whole is asked.
  /// - Returns: What it says; good for every credential of this registry, with the same options.
  /// - Throws: `unreachable` where it does not answer as a registry, or libcurl is missing;
  ///   `configuration` for certificate files.
  package func greet(_ scope: RegistryScope) throws(VaultError) -> RegistryGreeting {
    try LoginAttempt(scope: scope, options: options).greet()
  }

  /// Tries a credential at its registry, by whatever challenge the registry gives.
  ///
  /// The secret goes to the registry itself, and to the token server that the registry names over
  /// https; to no other place. A registry on this machine is also asked over plain http, if it does
  /// not speak https.
  ///
  /// - Parameters:
  ///   - scope: The registry. Of a part of a registry, the whole is asked.
  ///   - username: The user name, or `<token>` for an identity token.
  ///   - secret: The password or token.
  ///   - greeting: What `greet` gave; nil has it asked now.
  /// - Returns: What the registry made of it.
  /// - Throws: `refused` where the registry says no; `unreachable` where it does not answer as a
  ///   registry, or libcurl is missing; `configuration` for certificate files; `invalidInput` for a
  ///   user name that cannot be sent.
  package func tryCredential(
    scope: RegistryScope, username: String, secret: borrowing SecretBytes,
    after greeting: RegistryGreeting? = nil
  ) throws(VaultError) -> LoginOutcome {
    let isToken = username == TokenUsername.identityToken
    if !isToken { try check(username) }
    let attempt = try LoginAttempt(scope: scope, options: options)
    let greeting = if let greeting { greeting } else { try attempt.greet() }
    let (verdict, lifetime) = try attempt.run(
      username: isToken ? nil : username, secret, after: greeting)
    let transport: Transport =
      !greeting.registry.isSecure
      ? .plainHTTP : options.checksCertificate ? .checkedTLS : .uncheckedTLS
    return LoginOutcome(
      verdict: verdict, transport: transport,
      isFallback: greeting.isFallback, expires: SecretExpiry.find(in: secret.bytes),
      tokenLifetime: lifetime)
  }

  private func check(_ username: String) throws(VaultError) {
    // In the header the first colon ends the name; what follows would become part of the password.
    for scalar in username.unicodeScalars
    where scalar == ":" || scalar.properties.generalCategory == .control {
      throw VaultError(
        .invalidInput,
        "the user name \"\(username.escapingControls)\" cannot be sent to a registry: "
          + "it has a \":\" or a control character")
    }
  }
}
