internal import SealedFormat
internal import Vault

/// The server that a registry's Bearer challenge names: it takes a password or an identity token and
/// gives a short-lived token for the registry.
struct TokenServer {
  private let address: WebAddress
  private let service: String?
  /// Whether it must not be in a private network.
  private let mustBePublic: Bool

  /// Checks where a challenge would have the password sent.
  ///
  /// - Parameters:
  ///   - challenge: One of the registry's challenges.
  ///   - greeting: What the registry said.
  /// - Throws: `unreachable` where a password must not go there.
  init(_ challenge: AuthenticationChallenge, after greeting: RegistryGreeting) throws(VaultError) {
    try self.init(
      challenge, registry: greeting.registry, isRegistryInternal: greeting.isInternal)
  }

  /// Checks where a challenge would have the password sent.
  ///
  /// - Parameters:
  ///   - challenge: The registry's challenge.
  ///   - registry: The registry.
  ///   - isRegistryInternal: Whether its name leads into a private network.
  /// - Throws: `unreachable` where a password must not go there.
  init(
    _ challenge: AuthenticationChallenge, registry: WebAddress, isRegistryInternal: Bool = false
  ) throws(VaultError) {
    guard let realm = challenge.parameters["realm"], !realm.isEmpty else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) asks for a token and does not say where to get one (no realm)")
    }
    guard let address = WebAddress(realm) else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) names a token server that is no web address: "
          + "\(realm.escapingControls.prefix(RegistryWords.longest))")
    }
    let isSameHost = address.host == registry.host
    guard address.isSecure || (!registry.isSecure && isSameHost) else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) names the token server \(address.origin), which would get the password "
          + "over plain http; nothing was sent there")
    }
    // Else a registry could have us ask servers that it cannot reach itself.
    guard isSameHost || registry.isLoopback || !address.isInternal else {
      throw VaultError(
        .unreachable,
        "\(registry.origin) names the token server \(address.origin) in a private network; "
          + "nothing was sent there")
    }
    self.address = address
    service = challenge.parameters["service"]
    mustBePublic = !isSameHost && !isRegistryInternal && !registry.isInternal
  }

  /// Gets a token for a user name and password.
  ///
  /// - Parameters:
  ///   - username: The user name.
  ///   - secret: The password.
  ///   - scope: What the token is to be good for, where the registry insists.
  ///   - http: Asks.
  /// - Returns: The token.
  /// - Throws: `refused` where the server says no; `unreachable` where it gives no token.
  func token(
    username: String, secret: borrowing SecretBytes, scope: String?,
    over http: borrowing HTTPClient
  ) throws(VaultError) -> RegistryToken {
    // Azure's name for nobody: what comes with it is a refresh token, which its server takes as such.
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
    let answer = try http.get(
      address.adding(query: query), with: header, mustBePublic: mustBePublic)
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
    return try http.post(address, form: form, mustBePublic: mustBePublic)
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
