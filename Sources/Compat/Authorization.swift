internal import SealedFormat
internal import Vault

/// The value of an HTTP `Authorization` header, which is what remote.yaml keeps as `Auth`.
///
/// `Basic` holds a user name and a secret. `Bearer` holds a token alone: its login has an empty user
/// name, and a login with an empty user name is written as `Bearer`.
struct Authorization: ~Copyable {
  /// The user name; empty for `Bearer`.
  let username: String
  /// The password or token.
  let secret: SecretBytes

  /// Gives the secret away.
  consuming func takeSecret() -> SecretBytes { secret }

  /// Reads a header value; nil where it is neither `Basic` with a user name and a secret nor
  /// `Bearer` with a token.
  static func parse(_ value: RawSpan) throws(VaultError) -> Authorization? {
    if let encoded = value.dropping(prefix: "basic ") {
      guard let pair = try? Base64.decode(encoded),
        let (username, start) = pair.bytes.usernameAndSecretStart
      else { return nil }
      return Authorization(
        username: username,
        secret: try SecretBytes(copying: pair.bytes.extracting(start..<pair.count)))
    }
    guard let token = value.dropping(prefix: "bearer "), !token.isEmpty else { return nil }
    return Authorization(username: "", secret: try SecretBytes(copying: token))
  }

  /// The header value for a login.
  ///
  /// - Parameters:
  ///   - username: The user name; empty for a token alone.
  ///   - secret: The password or token.
  /// - Returns: The value, which needs no quotes in YAML.
  /// - Throws: `invalidInput` for a user name with ":" in it, or a token with other characters than
  ///   a header may hold.
  static func value(username: String, secret: RawSpan) throws(VaultError) -> SecretBytes {
    guard !username.isEmpty else { return try bearer(secret) }
    let encoded = try encodedPair(username: username, secret: secret)
    return try SecretBytes(capacity: 6 + encoded.count) { (output) throws(VaultError) in
      try output.append("Basic ")
      try output.append(contentsOf: encoded.bytes)
    }
  }

  /// User name and secret in base64, as in HTTP's Basic authorization and docker's `auth`.
  ///
  /// - Throws: `invalidInput` for a user name with ":" in it.
  static func encodedPair(username: String, secret: RawSpan) throws(VaultError) -> SecretBytes {
    guard !username.utf8.contains(UInt8(ascii: ":")) else {
      throw VaultError(
        .invalidInput,
        "the user name \"\(username.escapingControls)\" has a \":\" in it, which HTTP's Basic "
          + "authorization cannot carry: use another user name or token")
    }
    let pair = try SecretBytes(capacity: username.utf8.count + 1 + secret.byteCount) {
      (output) throws(VaultError) in
      try output.append(username)
      try output.append(":")
      try output.append(contentsOf: secret)
    }
    return try Base64.encode(pair.bytes)
  }

  private static func bearer(_ token: RawSpan) throws(VaultError) -> SecretBytes {
    let token = try checkedToken(token)
    return try SecretBytes(capacity: 7 + token.count) { (output) throws(VaultError) in
      try output.append("Bearer ")
      try output.append(contentsOf: token.bytes)
    }
  }

  /// A token that a header can hold, which then needs no quotes in YAML.
  ///
  /// - Throws: `invalidInput` for any other.
  static func checkedToken(_ token: RawSpan) throws(VaultError) -> SecretBytes {
    guard !token.isEmpty, (0..<token.byteCount).allSatisfy({ isTokenByte(token[$0]) }) else {
      throw VaultError(
        .invalidInput,
        "a token without a user name is letters, digits and -._~+/= only: give a user name")
    }
    return try SecretBytes(copying: token)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "-._~+/=".utf8.contains(byte)
  }
}

extension RawSpan {
  /// The user name of `name:secret` (RFC 7617) and where the secret starts; nil if there is no colon or the
  /// name is not UTF-8.
  var usernameAndSecretStart: (username: String, start: Int)? {
    guard let colon = firstOffset(of: UInt8(ascii: ":")),
      let username = extracting(0..<colon).publicText
    else { return nil }
    return (username, colon + 1)
  }

  /// What follows `prefix`, which is compared without regard to case; nil where it is not there.
  @_lifetime(copy self)
  fileprivate func dropping(prefix: String) -> RawSpan? {
    guard byteCount >= prefix.utf8.count else { return nil }
    for (offset, byte) in prefix.utf8.enumerated() {
      guard (self[offset].isUppercaseLetter ? self[offset] + 0x20 : self[offset]) == byte else {
        return nil
      }
    }
    return extracting(prefix.utf8.count..<byteCount)
  }
}
