/// What a secret says of its own end, without asking anybody.
package enum SecretExpiry {
  /// When a secret stops working.
  ///
  /// Read are JSON Web Tokens (RFC 7519), whose signature is not checked, as only the registry decides,
  /// and Amazon's passwords, which are a JSON object in base64 with a member `expiration`.
  ///
  /// - Parameter secret: A password or token.
  /// - Returns: Seconds since 1970, or nil where it does not say.
  package static func find(in secret: RawSpan) -> Int64? {
    if let expires = JSONWebToken.expiry(of: secret) { return expires }
    guard let text = try? Base64.decode(secret) else { return nil }
    return try? number(named: "expiration", in: text.bytes)
  }

  /// A positive number in a JSON object.
  static func number(named name: String, in text: RawSpan) throws(VaultError) -> Int64? {
    var reader = JSONReader(text, name: "the token")
    var found: Int64?
    try reader.beginObject()
    while let member = try reader.nextMember() {
      if member == name, try reader.nextKind() == .number { found = try reader.readInteger() }
    }
    try reader.finish()
    return found.flatMap { $0 > 0 ? $0 : nil }
  }
}
