/// The server that a registry's Bearer challenge names: it takes a password or an identity token and
/// gives a short-lived token for the registry.
struct TokenServer {
  private let address: WebAddress
  private let service: String?

  /// Checks where a challenge would have the password sent.
  ///
  /// - Parameters:
  ///   - challenge: The registry's challenge.
  ///   - registry: The registry.
  /// - Throws: `unreachable` where a password must not go there.
  init(_ challenge: AuthenticationChallenge, registry: WebAddress) throws(VaultError) {
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
  }

  /// Gets a token for a user name and password.
  func token(
    username: String, secret: borrowing SecretBytes, over http: borrowing HTTPClient
  ) throws(VaultError) -> SecretBytes {
    let header = try AuthorizationHeader.basic(username: username, secret: secret)
    var query = [(name: "account", value: username), (name: "client_id", value: "vault")]
    if let service { query.insert((name: "service", value: service), at: 0) }
    let answer = try http.get(address.adding(query: query), with: header)
    let words = RegistryWords(answer.body.bytes, hiding: secret, header.value)
    return try read(answer, hasName: true, words)
  }

  /// Gets a token for an identity token, which OAuth 2 calls a refresh token.
  func token(
    identityToken secret: borrowing SecretBytes, over http: borrowing HTTPClient
  ) throws(VaultError) -> SecretBytes {
    var start = "grant_type=refresh_token&client_id=vault"
    if let service { start += "&service=\(service.percentEncoded)" }
    start += "&refresh_token="
    let token = secret.bytes
    let encoded = try SecretBytes(capacity: 3 * token.byteCount) { output in
      output.append(percentEncoding: token)
    }
    let value = encoded.bytes
    let form = try SecretBytes(capacity: start.utf8.count + value.byteCount) {
      (output) throws(VaultError) in
      try output.append(start)
      try output.append(contentsOf: value)
    }
    let answer = try http.post(address, form: form)
    let words = RegistryWords(answer.body.bytes, hiding: secret, encoded)
    return try read(answer, hasName: false, words)
  }

  private func read(
    _ answer: borrowing HTTPResponse, hasName: Bool, _ words: RegistryWords
  ) throws(VaultError) -> SecretBytes {
    if answer.isDenial || words.code == "invalid_grant" {
      throw VaultError.refused(by: address, hasName: hasName, words)
    }
    guard answer.isSuccess else {
      throw VaultError(
        .unreachable,
        "the token server \(address.origin) answered with status \(answer.status)\(words.suffix)")
    }
    do throws(VaultError) {
      if let token = try Self.token(in: answer.body.bytes) { return token }
    } catch {
      throw VaultError(
        .unreachable, "cannot read the answer of the token server \(address.origin)", cause: error)
    }
    throw VaultError(.unreachable, "the token server \(address.origin) gave no token")
  }

  private static func token(in body: RawSpan) throws(VaultError) -> SecretBytes? {
    var token: SecretBytes?
    var accessToken: SecretBytes?
    var reader = JSONReader(body, name: "the answer")
    try reader.beginObject()
    while let member = try reader.nextMember() {
      guard try reader.nextKind() == .string else { continue }
      if member == "token" { token = try reader.readSecret() }
      if member == "access_token" { accessToken = try reader.readSecret() }
    }
    try reader.finish()
    if let token, !token.isEmpty { return token }
    if let accessToken, !accessToken.isEmpty { return accessToken }
    return nil
  }
}
