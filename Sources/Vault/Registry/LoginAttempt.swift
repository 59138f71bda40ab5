/// One try of a credential at one registry.
struct LoginAttempt: ~Copyable {
  private let scope: RegistryScope
  /// Nil where the secret is an identity token.
  private let username: String?
  private let options: ConnectionOptions
  private let http: HTTPClient

  init(
    scope: RegistryScope, username: String?, options: ConnectionOptions
  ) throws(VaultError) {
    self.scope = scope
    self.username = username
    self.options = options
    http = try HTTPClient(registryHost: Self.host(of: scope), options: options)
  }

  /// Asks the registry how it wants to be asked, and does so.
  ///
  /// - Returns: The verdict, and where the registry was found.
  borrowing func run(
    _ secret: borrowing SecretBytes
  ) throws(VaultError) -> (LoginOutcome.Verdict, WebAddress) {
    let answer = try knock()
    let registry = answer.asked
    if answer.isSuccess {
      try tryUnasked(secret, at: registry)
      return (.notAsked, registry)
    }
    guard answer.status == 401 else { throw unexpected(answer) }
    let challenges = answer.challenges
    let bearer = challenges.first { $0.scheme == "bearer" }
    let isBasicOffered = challenges.contains { $0.scheme == "basic" }
    if let bearer, bearer.parameters["realm"] != nil || !isBasicOffered {
      try tryToken(secret, at: registry, bearer)
    } else if isBasicOffered {
      try tryPassword(secret, at: registry)
    } else {
      let schemes = challenges.map(\.scheme.escapingControls).joined(separator: ", ")
      throw VaultError(
        .unreachable,
        "\(registry.origin) asks for a login, but not in a way that vault knows (Basic or Bearer)"
          + (schemes.isEmpty ? "" : ": \(schemes.prefix(RegistryWords.longest))"))
    }
    return (.accepted, registry)
  }

  private static func host(of scope: RegistryScope) -> String {
    scope.isDockerHub ? "registry-1.docker.io" : scope.host
  }

  private borrowing func address(isSecure: Bool) -> WebAddress {
    WebAddress(
      isSecure: isSecure, host: Self.host(of: scope), port: scope.port ?? (isSecure ? 443 : 80),
      target: "/v2/")
  }

  /// The registry's answer to somebody without credential.
  ///
  /// Whether it is spoken to over plain http is decided here, before the credential is used.
  private borrowing func knock() throws(VaultError) -> HTTPResponse {
    guard !options.isPlainHTTP else { return try http.get(address(isSecure: false)) }
    do throws(VaultError) {
      return try http.get(address(isSecure: true))
    } catch {
      // A server that does speak https answers a plain question with 400, or hangs up: then what went
      // wrong over https is the thing to tell.
      guard scope.isLoopback, let failure = error.cause as? TransferFailure,
        failure.mayBePlainHTTP, let answer = try? http.get(address(isSecure: false)),
        answer.status != 400
      else { throw error }
      return answer
    }
  }

  /// Tells a registry that lets everybody in from one that lets everybody in but a wrong password.
  private borrowing func tryUnasked(
    _ secret: borrowing SecretBytes, at registry: WebAddress
  ) throws(VaultError) {
    guard let username else { return }
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    let answer = try http.get(registry, with: header)
    if answer.isDenial { throw refused(answer, by: registry, secret, header) }
  }

  private borrowing func tryPassword(
    _ secret: borrowing SecretBytes, at registry: WebAddress
  ) throws(VaultError) {
    guard let username else {
      throw VaultError(
        .refused,
        "\(registry.origin) asks for a user name and password and takes no identity token")
    }
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    let answer = try http.get(registry, with: header)
    if answer.isDenial { throw refused(answer, by: registry, secret, header) }
    guard answer.isSuccess else { throw unexpected(answer) }
  }

  private borrowing func tryToken(
    _ secret: borrowing SecretBytes, at registry: WebAddress, _ challenge: AuthenticationChallenge
  ) throws(VaultError) {
    let server = try TokenServer(challenge, registry: registry)
    let token =
      if let username {
        try server.token(username: username, secret: secret, over: http)
      } else {
        try server.token(identityToken: secret, over: http)
      }
    let header = try AuthorizationHeader.bearer(token)
    let answer = try http.get(registry, with: header)
    if answer.isDenial { throw refused(answer, by: registry, secret, header) }
    guard answer.isSuccess else { throw unexpected(answer) }
  }

  private borrowing func refused(
    _ answer: borrowing HTTPResponse, by server: WebAddress, _ secret: borrowing SecretBytes,
    _ header: borrowing AuthorizationHeader
  ) -> VaultError {
    let words = RegistryWords(answer.body.bytes, hiding: secret, header.value)
    return .refused(by: server, hasName: username != nil, words)
  }

  private borrowing func unexpected(_ answer: borrowing HTTPResponse) -> VaultError {
    VaultError(
      .unreachable,
      "\(answer.asked.text) answered with status \(answer.status): "
        + (answer.status == 429 || answer.status >= 500
          ? "try again later" : "it does not look like a registry"))
  }
}

extension VaultError {
  /// Where a registry or its token server says no.
  static func refused(by server: WebAddress, hasName: Bool, _ words: RegistryWords) -> VaultError {
    let what = hasName ? "user name or the password" : "identity token"
    return VaultError(.refused, "\(server.origin) refused the \(what)\(words.suffix)")
  }
}
