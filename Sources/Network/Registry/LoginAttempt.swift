internal import SealedFormat

/// One try of a credential at one registry.
struct LoginAttempt: ~Copyable {
  private let scope: RegistryScope
  private let options: ConnectionOptions
  private let http: HTTPClient

  init(
    scope: RegistryScope, options: ConnectionOptions, warn: (String) -> Void
  ) throws(VaultError) {
    self.scope = scope
    self.options = options
    http = try HTTPClient(for: scope, at: Self.host(of: scope), options: options, warn: warn)
  }

  // MARK: Without a credential

  /// Sends `GET /v2/` without credentials, and decides whether plain http is used.
  ///
  /// - Throws: `unreachable` if the server does not answer as a registry.
  borrowing func probe() throws(VaultError) -> ProbeAnswer {
    // Plain http as a fallback never leaves this machine, even if its name leads elsewhere.
    let plain = HTTPTarget(address(isSecure: false), .thisMachine)
    if options.prefersPlainHTTP, mayFallBack, let answer = try? http.get(plain),
      answer.status != 400, !answer.isUpgraded
    {
      return try evaluate(answer, isFallback: true)
    }
    do throws(VaultError) {
      let target = HTTPTarget(address(isSecure: !options.isPlainHTTP))
      return try evaluate(try http.get(target), isFallback: false)
    } catch {
      guard mayFallBack, let failure = error.cause as? TransferFailure, failure.mayBePlainHTTP
      else { throw error }
      return try probe(plain, after: error)
    }
  }

  private var mayFallBack: Bool {
    !options.isPlainHTTP && options.fallsBackToPlainHTTP && scope.isLoopback
      && !http.isTLSConfigured
  }

  /// Probes over plain http after a failure over https.
  ///
  /// That failure is reported if the server does not speak http either: a server that speaks https
  /// answers plain http with 400 or a redirect, or closes the connection.
  private borrowing func probe(
    _ plain: HTTPTarget, after failure: VaultError
  ) throws(VaultError) -> ProbeAnswer {
    let answer: HTTPResponse
    do throws(VaultError) { answer = try http.get(plain) } catch {
      throw (error.cause as? TransferFailure)?.isNoHTTP == true ? failure : error
    }
    guard answer.status != 400, !answer.isUpgraded else { throw failure }
    return try evaluate(answer, isFallback: true)
  }

  private borrowing func evaluate(
    _ answer: borrowing HTTPResponse, isFallback: Bool
  ) throws(VaultError) -> ProbeAnswer {
    guard !answer.isUpgraded else {
      throw VaultError(
        .unreachable,
        "\(answer.asked.origin) redirects to \(answer.address.origin), so it speaks https; "
          + "no password was sent", remedy: .useHTTPS)
    }
    guard answer.isSuccess || answer.status == 401 else { throw unexpected(answer) }
    return ProbeAnswer(
      registry: answer.asked, isInternal: answer.isInternal,
      challenges: answer.isSuccess ? nil : answer.challenges, isFallback: isFallback)
  }

  private static func host(of scope: RegistryScope) -> String {
    scope.isDockerHub ? "registry-1.docker.io" : scope.host
  }

  private borrowing func address(isSecure: Bool) -> WebAddress {
    WebAddress(
      isSecure: isSecure, host: Self.host(of: scope), port: scope.port ?? (isSecure ? 443 : 80),
      target: "/v2/")
  }

  // MARK: With the credential

  /// Sends the registry the credential, in the strongest way that it offers.
  ///
  /// - Parameter username: nil if the secret is an identity token.
  /// - Returns: The verdict, and how long the registry's tokens are valid, in seconds.
  /// - Throws: `refused` if the registry says no, `unreachable` if it does not answer as a registry.
  borrowing func run(
    username: String?, _ secret: borrowing SecretBytes, after probe: ProbeAnswer
  ) throws(VaultError) -> (verdict: LoginOutcome.Verdict, tokenLifetime: Int64?) {
    let registry = HTTPTarget(probe.registry, probe.reach)
    guard let challenges = probe.challenges else {
      // Tells a registry that accepts anything from one that accepts anything but a wrong password.
      if let username {
        let header = try AuthorizationHeader.basic(username: username, secret: secret)
        let answer = try http.get(registry, with: header)
        if answer.isDenial { throw refused(answer, by: probe.registry, true, secret, header) }
      }
      return (.notAsked, nil)
    }
    // With a token the registry itself does not see the password, so Bearer comes before Basic.
    var failure: VaultError?
    for challenge in challenges where challenge.scheme == "bearer" {
      let server: TokenServer
      do throws(VaultError) { server = try TokenServer(challenge, after: probe) } catch {
        failure = failure ?? error
        continue
      }
      return (.accepted, try tryToken(username: username, secret, at: registry, server))
    }
    if challenges.contains(where: { $0.scheme == "basic" }) {
      try tryPassword(username: username, secret, at: registry)
      return (.accepted, nil)
    }
    throw failure ?? unknownScheme(challenges, probe.registry)
  }

  private borrowing func tryPassword(
    username: String?, _ secret: borrowing SecretBytes, at registry: HTTPTarget
  ) throws(VaultError) {
    guard let username else {
      throw VaultError(
        .refused,
        "\(registry.address.origin) asks for a user name and password and takes no identity token")
    }
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    let answer = try http.get(registry, with: header)
    if answer.isDenial { throw refused(answer, by: registry.address, true, secret, header) }
    guard answer.isSuccess else { throw unexpected(answer) }
  }

  /// Returns how long the registry's tokens are valid, if it says so.
  private borrowing func tryToken(
    username: String?, _ secret: borrowing SecretBytes, at registry: HTTPTarget,
    _ server: TokenServer
  ) throws(VaultError) -> Int64? {
    var scope: String?
    while true {
      let token =
        if let username {
          try server.token(username: username, secret: secret, scope: scope, over: http)
        } else {
          try server.token(identityToken: secret, scope: scope, over: http)
        }
      let header = try AuthorizationHeader.bearer(token.secret)
      let answer = try http.get(registry, with: header)
      if answer.isDenial {
        // The token is good, but this registry requires a scope from everybody.
        guard scope == nil, let wanted = Self.missingScope(answer) else {
          throw refused(answer, by: registry.address, username != nil, secret, header)
        }
        scope = wanted
        continue
      }
      guard answer.isSuccess else { throw unexpected(answer) }
      return token.lifetime
    }
  }

  private static func missingScope(_ answer: borrowing HTTPResponse) -> String? {
    let challenge = answer.challenges.first {
      $0.scheme == "bearer" && $0.parameters["error"] == "insufficient_scope"
    }
    return challenge?.parameters["scope"].flatMap { $0.isEmpty ? nil : $0 }
  }

  // MARK: Failures

  private borrowing func refused(
    _ answer: borrowing HTTPResponse, by server: WebAddress, _ hasName: Bool,
    _ secret: borrowing SecretBytes, _ header: borrowing AuthorizationHeader
  ) -> VaultError {
    .refused(by: server, hasName: hasName, RegistryWords(answer, hiding: secret, header.value))
  }

  private borrowing func unexpected(_ answer: borrowing HTTPResponse) -> VaultError {
    if answer.status == 400, answer.address.isSecure, !http.hasClientCertificate {
      return VaultError(
        .unreachable,
        "\(answer.asked.text) answered with status 400: it may want to be shown a certificate",
        remedy: .presentClientCertificate)
    }
    let isTemporary = answer.isBusy || answer.status >= 500
    return VaultError(
      .unreachable,
      "\(answer.asked.text) answered with status \(answer.status): "
        + (isTemporary ? "try again later" : "it does not look like a registry")
        + answer.pauseHint)
  }

  private borrowing func unknownScheme(
    _ challenges: [AuthenticationChallenge], _ registry: WebAddress
  ) -> VaultError {
    let schemes = challenges.map(\.scheme.escapingControls).joined(separator: ", ")
    return VaultError(
      .unreachable,
      "\(registry.origin) asks for a login, but not in a way that vault knows (Basic or Bearer)"
        + (schemes.isEmpty ? "" : ": \(schemes.prefix(RegistryWords.longest))"))
  }
}
