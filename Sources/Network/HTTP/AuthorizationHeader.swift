internal import SealedFormat

/// An Authorization header line.
struct AuthorizationHeader: ~Copyable {
  /// The line, with the zero byte that libcurl needs at its end.
  let line: SecretBytes
  /// The part behind the scheme, which is as secret as the password.
  let value: SecretBytes

  private init(_ scheme: String, _ value: borrowing SecretBytes) throws(VaultError) {
    let start = "Authorization: \(scheme) "
    let bytes = value.bytes
    let line = try SecretBytes(capacity: start.utf8.count + bytes.byteCount + 1) {
      (output) throws(VaultError) in
      try output.append(start)
      try output.append(contentsOf: bytes)
      output.append(UInt8(0))
    }
    let copy = try SecretBytes(copying: bytes)
    self.line = line
    self.value = copy
  }

  /// `Basic`, with user name and password (RFC 7617).
  static func basic(
    username: String, secret: borrowing SecretBytes
  ) throws(VaultError) -> AuthorizationHeader {
    let secret = secret.bytes
    let pair = try SecretBytes(capacity: username.utf8.count + 1 + secret.byteCount) {
      (output) throws(VaultError) in
      try output.append(username)
      output.append(UInt8(ascii: ":"))
      try output.append(contentsOf: secret)
    }
    let value = try Base64.encode(pair.bytes)
    return try AuthorizationHeader("Basic", value)
  }

  /// `Bearer`, with a token from a token server (RFC 6750).
  ///
  /// - Throws: `unreachable` if it has bytes that would end the line or that a token cannot have.
  static func bearer(_ token: borrowing SecretBytes) throws(VaultError) -> AuthorizationHeader {
    let bytes = token.bytes
    for offset in 0..<bytes.byteCount where bytes[offset] <= 0x20 || bytes[offset] >= 0x7F {
      throw VaultError(
        .unreachable, "the token server gave a token with characters that a token cannot have")
    }
    return try AuthorizationHeader("Bearer", token)
  }
}
