internal import SealedFormat

/// The server that a registry's Bearer challenge names.
///
/// It takes a password or an identity token and gives a short-lived token for the registry.
struct TokenServer {
  private let target: HTTPTarget
  private let service: String?

  private var address: WebAddress { target.address }

  /// Checks where a challenge would send the password.
  ///
  /// - Throws: `unreachable` if a password must not go there.
  init(_ challenge: AuthenticationChallenge, after probe: ProbeAnswer) throws(VaultError) {
    let registry = probe.registry
    guard let realm = challenge.parameters["realm"], !realm.isEmpty else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) asks for a token and does not say where to get one (no realm)")
    }
    guard let address = WebAddress(realm) else {
      let shown = realm.hidingAddressSecrets.escapingControls.prefix(RegistryWords.longest)
      throw VaultError(
        .unreachable, "\(registry.origin) names a token server with a malformed address: \(shown)")
    }
    let isSameHost = address.host == registry.host
    guard address.isSecure || (!registry.isSecure && isSameHost) else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) names the token server \(address.origin), which would get the password "
          + "over plain http; nothing was sent there")
    }
    // Otherwise a registry could make us ask servers that it cannot reach itself.
    guard isSameHost || registry.isLoopback || !address.isInternal else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) names the token server \(address.origin) in a private network; "
          + "nothing was sent there")
    }
    target = HTTPTarget(
      address, isSameHost ? probe.reach : probe.isInternal ? .anywhere : .publicNetwork)
    service = challenge.parameters["service"]
  }

  /// Gets a token for a user name and password.
  ///
  /// - Parameter scope: What the token is for, if the registry requires one.
  /// - Throws: `refused` if the server says no; `unreachable` if it gives no token.
  func token(
    username: String, secret: borrowing SecretBytes, scope: String?,
    over http: borrowing HTTPClient
  ) throws(VaultError) -> RegistryToken {
    // With this name Azure's secret is a refresh token, which its server only takes as one.
    if username == Self.azureUsername {
      let answer = try post("refresh_token", [], secret, as: "refresh_token", scope, over: http)
      if answer.isSuccess, let token = try? read(answer, hasName: true, RegistryWords()) {
        return token
      }
    }
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    var query = [(name: "account", value: username), (name: "client_id", value: "vault")]
    if let scope { query.insert((name: "scope", value: scope), at: 0) }
    if let service { query.insert((name: "service", value: service), at: 0) }
    let asked = HTTPTarget(address.adding(query: query), target.reach)
    let answer = try http.get(asked, with: header)
    guard answer.isMethodUnknown else {
      let words = RegistryWords(answer, hiding: secret, header.value)
      return try read(answer, hasName: true, words)
    }
    let second = try post(
      "password", [(name: "username", value: username)], secret, as: "password", scope, over: http)
    return try read(second, hasName: true, RegistryWords(second, hiding: secret, header.value))
  }

  /// Gets a token for an identity token, which OAuth 2 calls a refresh token.
  func token(
    identityToken secret: borrowing SecretBytes, scope: String?, over http: borrowing HTTPClient
  ) throws(VaultError) -> RegistryToken {
    let answer = try post("refresh_token", [], secret, as: "refresh_token", scope, over: http)
    let encoded = try Self.percentEncoded(secret)
    return try read(answer, hasName: false, RegistryWords(answer, hiding: secret, encoded))
  }

  private static let azureUsername = "00000000-0000-0000-0000-000000000000"

  /// Posts an OAuth 2 grant with the secret as its last member.
  private func post(
    _ grant: String, _ members: [(name: String, value: String)], _ secret: borrowing SecretBytes,
    as name: String, _ scope: String?, over http: borrowing HTTPClient
  ) throws(VaultError) -> HTTPResponse {
    var start = "grant_type=\(grant)&client_id=vault"
    if let service { start += "&service=\(service.percentEncoded)" }
    if let scope { start += "&scope=\(scope.percentEncoded)" }
    for (name, value) in members { start += "&\(name)=\(value.percentEncoded)" }
    start += "&\(name)="
    let encoded = try Self.percentEncoded(secret)
    let value = encoded.bytes
    let form = try SecretBytes(capacity: start.utf8.count + value.byteCount) {
      (output) throws(VaultError) in
      try output.append(start)
      try output.append(contentsOf: value)
    }
    return try http.post(target, form: form)
  }

  private static func percentEncoded(
    _ secret: borrowing SecretBytes
  ) throws(VaultError) -> SecretBytes {
    let bytes = secret.bytes
    return try SecretBytes(capacity: 3 * bytes.byteCount) { output in
      output.append(percentEncoding: bytes)
    }
  }

  private func read(
    _ answer: borrowing HTTPResponse, hasName: Bool, _ words: RegistryWords
  ) throws(VaultError) -> RegistryToken {
    if answer.isDenial || words.code == "invalid_grant" {
      throw VaultError.refused(by: address, hasName: hasName, words)
    }
    guard answer.isSuccess else {
      throw VaultError(
        .unreachable,
        "the token server \(address.origin) answered with status \(answer.status)\(words.suffix)"
          + answer.pauseHint)
    }
    do throws(VaultError) {
      if let token = try RegistryToken(answer.body.bytes) { return token }
    } catch {
      throw VaultError(
        .unreachable, "cannot read the answer of the token server \(address.origin)", cause: error)
    }
    throw VaultError(.unreachable, "the token server \(address.origin) gave no token")
  }
}
