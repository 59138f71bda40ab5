/// An Authorization header line, as it goes to a server.
struct AuthorizationHeader: ~Copyable {
  /// The line, and the zero byte that libcurl wants at its end.
  let line: SecretBytes
  private let prefix: Int

  /// `Basic`, with user name and password (RFC 7617).
  init(username: String, secret: borrowing SecretBytes) throws(VaultError) {
    let secret = secret.bytes
    let pair = try SecretBytes(capacity: username.utf8.count + 1 + secret.byteCount) {
      (output) throws(VaultError) in
      try output.append(username)
      output.append(UInt8(ascii: ":"))
      try output.append(contentsOf: secret)
    }
    let encoded = try Base64.encode(pair.bytes)
    try self.init("Authorization: Basic ", encoded.bytes)
  }

  /// `Bearer`, with a token that a server gave out (RFC 6750).
  ///
  /// - Throws: `unreachable` where it has bytes that would end the line, or are in no token.
  init(token: borrowing SecretBytes) throws(VaultError) {
    let token = token.bytes
    for offset in 0..<token.byteCount where token[offset] <= 0x20 || token[offset] >= 0x7F {
      throw VaultError(.unreachable, "the token server gave a token with characters of no token")
    }
    try self.init("Authorization: Bearer ", token)
  }

  private init(_ start: String, _ value: RawSpan) throws(VaultError) {
    prefix = start.utf8.count
    line = try SecretBytes(capacity: prefix + value.byteCount + 1) { (output) throws(VaultError) in
      try output.append(start)
      try output.append(contentsOf: value)
      output.append(UInt8(0))
    }
  }

  /// What follows the scheme, which is as secret as the password.
  var value: RawSpan {
    // Inlined into its callers, it has the optimiser of Swift 6.3.1 crash.
    @inline(never)
    @_lifetime(borrow self)
    borrowing get { line.bytes.extracting(prefix..<line.count - 1) }
  }
}
