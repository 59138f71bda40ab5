internal import SealedFormat
internal import Vault

/// A login as a file of docker's form holds it.
struct DockerLogin: ~Copyable {
  /// The user name; `<token>` for an identity token, `<registrytoken>` for a registry token.
  let username: String
  /// The password or token.
  let secret: SecretBytes

  /// Gives the secret away.
  consuming func takeSecret() -> SecretBytes { secret }
}

extension DockerConfiguration {
  /// The login of an entry, as docker's own programs understand it.
  ///
  /// - Parameter entry: One of `entries`.
  /// - Returns: The login, or nil if the entry holds no secret.
  /// - Throws: `damaged`, with line and reason, if they would refuse it, or it holds two secrets of which
  ///   only one can be kept.
  borrowing func login(of entry: Entry) throws(VaultError) -> DockerLogin? {
    func refuse(_ reason: String) -> VaultError {
      VaultError(
        .damaged,
        "\(document.path), line \(entry.line): the login of \(entry.key.escapingControls) \(reason)"
      )
    }
    for field in Entry.Field.allCases where entry.texts(field).count > 1 {
      throw refuse("has \"\(field.rawValue)\" in several spellings: remove all but one")
    }
    let password = try passwordLogin(of: entry, refuse)
    let tokens = [
      (Entry.Field.identitytoken, TokenUsername.identityToken),
      (.registrytoken, TokenUsername.registryToken),
    ].filter { entry.text($0.0) != nil }
    guard let (field, username) = tokens.first else { return password }
    guard tokens.count == 1, password == nil else {
      throw refuse("has several secrets, and only one can be kept: remove all but one")
    }
    guard let secret = try document.secret(entry.text(field)), !secret.isEmpty else { return nil }
    return DockerLogin(username: username, secret: secret)
  }

  /// The user name and password of an entry: those of `auth` count if it is there.
  private borrowing func passwordLogin(
    of entry: Entry, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> DockerLogin? {
    let plain = try document.secret(entry.text(.password))
    let name = try document.string(entry.value.fields("username").last?.value) ?? ""
    guard let encoded = entry.text(.auth) else {
      guard let plain, !plain.isEmpty else { return nil }
      return try checked(name, plain, refuse)
    }
    guard let pair = try decoded(encoded), let (username, password) = Self.parts(of: pair) else {
      throw refuse("has an \"auth\" that is not base64 of a user name and a password")
    }
    let secret = pair.narrowed(to: password)
    if let plain, !plain.isEmpty, !(plain.isEqual(to: secret) && name.hasSameBytes(as: username)) {
      throw refuse("has one secret in \"auth\" and another in \"password\": remove one")
    }
    guard !secret.isEmpty else { return nil }
    return try checked(username, secret, refuse)
  }

  /// The user name of a pair, and where its password stands.
  private static func parts(of pair: borrowing SecretBytes) -> (String, Range<Int>)? {
    let bytes = pair.bytes
    guard let (username, start) = bytes.usernameAndSecretStart, !username.isEmpty else {
      return nil
    }
    // docker's rule: zero bytes at the end do not belong to the password.
    var end = pair.count
    while end > start, bytes[end - 1] == 0 { end -= 1 }
    return (username, start..<end)
  }

  /// The bytes of a base64 text; nil if it is none.
  ///
  /// They are decoded from where they stand, because a copy of each secret takes long with thousands.
  private borrowing func decoded(_ text: JSONNode) throws(VaultError) -> SecretBytes? {
    if let range = document.verbatim(text) {
      return try? Base64.decodeLeniently(document.text.bytes.extracting(range))
    }
    guard let secret = try document.secret(text) else { return nil }
    return try? Base64.decodeLeniently(secret.bytes)
  }

  private borrowing func checked(
    _ username: String, _ secret: consuming SecretBytes, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> DockerLogin {
    guard !username.isEmpty else { throw refuse("has no user name") }
    guard !username.hasControls else {
      throw refuse("has a user name with a control character")
    }
    return DockerLogin(username: username, secret: secret)
  }
}
