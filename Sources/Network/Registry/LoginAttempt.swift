internal import SealedFormat
internal import Vault

/// One try of a credential at one registry.
struct LoginAttempt: ~Copyable {
  private let scope: RegistryScope
  private let options: ConnectionOptions
  private let http: HTTPClient

  init(scope: RegistryScope, options: ConnectionOptions) throws(VaultError) {
    self.scope = scope
    self.options = options
    http = try HTTPClient(for: scope, at: Self.host(of: scope), options: options)
  }

  // MARK: Without a credential

  /// Asks the registry how it wants to be asked.
  ///
  /// Whether it is spoken to over plain http is decided here, before the credential is used.
  ///
  /// - Returns: What it says.
  /// - Throws: `unreachable` where it does not answer as a registry.
  borrowing func greet() throws(VaultError) -> RegistryGreeting {
    if options.prefersPlainHTTP, !options.isPlainHTTP,
      let answer = try? http.get(address(isSecure: false)), answer.status != 400
    {
      return try greeting(in: answer, true)
    }
    do throws(VaultError) {
      return try greeting(in: try http.get(address(isSecure: !options.isPlainHTTP)), false)
    } catch {
      guard !options.isPlainHTTP, scope.isLoopback, options.fallsBackToPlainHTTP,
        let failure = error.cause as? TransferFailure, failure.mayBePlainHTTP
      else { throw error }
      return try greetPlainly(after: error)
    }
  }

  /// As `greet()`, over plain http, after a failure over https.
  ///
  /// That one is the thing to tell where the server does not speak http either: one that speaks https
  /// answers a plain question with 400, or hangs up.
  private borrowing func greetPlainly(
    after failure: VaultError
  ) throws(VaultError) -> RegistryGreeting {
    let answer: HTTPResponse
    do throws(VaultError) {
      answer = try http.get(address(isSecure: false))
    } catch {
      throw (error.cause as? TransferFailure)?.isNoHTTP == true ? failure : error
    }
    guard answer.status != 400 else { throw failure }
    return try greeting(in: answer, true)
  }

  private borrowing func greeting(
    in answer: borrowing HTTPResponse, _ isFallback: Bool
  ) throws(VaultError) -> RegistryGreeting {
    guard answer.isSuccess || answer.status == 401 else { throw unexpected(answer) }
    return RegistryGreeting(
      registry: answer.asked, isInternal: answer.isInternal,
      challenges: answer.isSuccess ? nil : answer.challenges,
      isFallback: isFallback)
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

  /// Shows the registry the credential, in the strongest way that it takes.
  ///
  /// - Parameters:
  ///   - username: The user name; nil where the secret is an identity token.
  ///   - secret: The password or token.
  ///   - greeting: What the registry said before.
  /// - Returns: What it made of it, and how long its tokens are good for, in seconds.
  /// - Throws: `refused` where it says no, `unreachable` where it does not answer as a registry.
  borrowing func run(
    username: String?, _ secret: borrowing SecretBytes, after greeting: RegistryGreeting
  ) throws(VaultError) -> (verdict: LoginOutcome.Verdict, tokenLifetime: Int64?) {
    let registry = greeting.registry
    guard let challenges = greeting.challenges else {
      // Tells a registry that lets everybody in from one that lets everybody in but a wrong password.
      if let username {
        let header = try AuthorizationHeader.basic(username: username, secret: secret)
        let answer = try http.get(registry, with: header)
        if answer.isDenial { throw refused(answer, by: registry, true, secret, header) }
      }
      return (.notAsked, nil)
    }
    // A token keeps the password from the registry itself, so it comes before the password.
    var failure: VaultError?
    for challenge in challenges where challenge.scheme == "bearer" {
      let server: TokenServer
      do throws(VaultError) { server = try TokenServer(challenge, after: greeting) } catch {
        failure = failure ?? error
        continue
      }
      return (.accepted, try tryToken(username: username, secret, at: registry, server))
    }
    if challenges.contains(where: { $0.scheme == "basic" }) {
      try tryPassword(username: username, secret, at: registry)
      return (.accepted, nil)
    }
    throw failure ?? unknownWay(challenges, registry)
  }

  private borrowing func tryPassword(
    username: String?, _ secret: borrowing SecretBytes, at registry: WebAddress
  ) throws(VaultError) {
    guard let username else {
      throw VaultError(
        .refused,
        "\(registry.origin) asks for a user name and password and takes no identity token")
    }
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    let answer = try http.get(registry, with: header)
    if answer.isDenial { throw refused(answer, by: registry, true, secret, header) }
    guard answer.isSuccess else { throw unexpected(answer) }
  }

  /// Returns how long the registry's tokens are good for, where it says so.
  private borrowing func tryToken(
    username: String?, _ secret: borrowing SecretBytes, at registry: WebAddress,
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
        // The token is good, but for less than this registry wants of everybody.
        guard scope == nil, let wanted = Self.missingScope(answer) else {
          throw refused(answer, by: registry, username != nil, secret, header)
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

  private borrowing func unknownWay(
    _ challenges: [AuthenticationChallenge], _ registry: WebAddress
  ) -> VaultError {
    let schemes = challenges.map(\.scheme.escapingControls).joined(separator: ", ")
    return VaultError(
      .unreachable,
      "\(registry.origin) asks for a login, but not in a way that vault knows (Basic or Bearer)"
        + (schemes.isEmpty ? "" : ": \(schemes.prefix(RegistryWords.longest))"))
  }
}

/// What a registry or its token server said when it turned a credential away.
struct Refusal: Error {
  /// Whether it says that the credential was good once.
  let speaksOfExpiry: Bool
}

extension VaultError {
  /// Where a registry or its token server says no.
  static func refused(by server: WebAddress, hasName: Bool, _ words: RegistryWords) -> VaultError {
    let what = hasName ? "user name or the password" : "identity token"
    return VaultError(
      .refused, "\(server.origin) refused the \(what)\(words.suffix)",
      cause: Refusal(speaksOfExpiry: words.speaksOfExpiry))
  }
}
