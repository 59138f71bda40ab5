/// What a JSON Web Token (RFC 7519) says of itself, without asking anybody.
package enum JSONWebToken {
  /// When a token stops working.
  ///
  /// The signature is not checked: whoever holds a token may read it, and only its registry decides.
  ///
  /// - Parameter token: A secret that may be such a token.
  /// - Returns: Seconds since 1970, or nil where it is no such token or does not say.
  package static func expiry(of token: RawSpan) -> Int64? {
    var dots: [Int] = []
    for offset in 0..<token.byteCount where token[offset] == UInt8(ascii: ".") {
      dots.append(offset)
    }
    guard dots.count == 2 else { return nil }
    do throws(VaultError) {
      let claims = try Base64.decodeURL(token.extracting(dots[0] + 1..<dots[1]))
      return try SecretExpiry.number(named: "exp", in: claims.bytes)
    } catch {
      return nil
    }
  }
}
