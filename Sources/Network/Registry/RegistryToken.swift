internal import SealedFormat

/// A short-lived token for a registry, from a token server.
struct RegistryToken: ~Copyable {
  let secret: SecretBytes
  /// How long it is valid, in seconds; nil if the server does not say so, or says nonsense.
  let lifetime: Int64?

  /// Reads a token server's answer; nil if it holds no token.
  ///
  /// - Throws: `damaged` if it is not a JSON object.
  init?(_ body: RawSpan) throws(VaultError) {
    var token = try SecretBytes(copying: RawSpan())
    var accessToken = try SecretBytes(copying: RawSpan())
    var lifetime: Int64?
    var reader = JSONReader(body, name: "the answer")
    try reader.beginObject()
    while let member = try reader.nextMember() {
      switch (member, try reader.nextKind()) {
      case ("token", .string): token = try reader.readSecret()
      case ("access_token", .string): accessToken = try reader.readSecret()
      case ("expires_in", .number): lifetime = try reader.readInteger()
      default: break
      }
    }
    try reader.finish()
    guard !token.isEmpty || !accessToken.isEmpty else { return nil }
    secret = token.isEmpty ? accessToken : token
    self.lifetime = lifetime.flatMap { $0 > 0 ? $0 : nil }
  }
}
