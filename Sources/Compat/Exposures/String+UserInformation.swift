extension String {
  /// Whether this is an address with a user name or password in it, such as `https://bob:pw@HOST`.
  ///
  /// Without a scheme only a name with a password counts: other names may hold an `@` too.
  var hasUserInformation: Bool {
    let bytes = Array(utf8)
    var start = 0
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8)
    {
      start = colon + 3
    }
    let authority = bytes[start...].prefix { !"/?#".utf8.contains($0) }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return false }
    return start > 0 || authority[..<at].contains(UInt8(ascii: ":"))
  }
}
