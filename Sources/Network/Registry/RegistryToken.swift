internal import SealedFormat
internal import Vault

/// A short-lived token for a registry, as a token server gives it.
struct RegistryToken: ~Copyable {
  let secret: SecretBytes
  /// How long it is good for, in seconds; nil where the server does not say, or nothing that can be.
  let lifetime: Int64?

  /// Reads a token server's answer; nil where there is no token in it.
  ///
  /// - Throws: `damaged` where it is no JSON object.
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
