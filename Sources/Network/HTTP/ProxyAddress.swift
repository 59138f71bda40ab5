internal import SealedFormat

/// A proxy's address from the environment, taken apart, checked and put together again for libcurl.
///
/// libcurl gets no address that it could refuse, because its message would repeat the password in it.
struct ProxyAddress: Hashable, Sendable {
  let text: String
  /// Whether the proxy itself is asked over TLS.
  var isSecure: Bool { text.hasPrefix("https:") }

  /// The name is always resolved by the proxy, as in Go; libcurl's `socks4` and `socks5` would resolve it
  /// here.
  private static let schemes = [
    "http": "http", "https": "https", "socks4": "socks4a", "socks4a": "socks4a",
    "socks5": "socks5h", "socks5h": "socks5h",
  ]

  /// Reads `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`; nil if it is not that.
  init?(_ text: String) {
    var rest = Substring(text)
    var scheme = "http"
    if let separator = text.firstRange(of: "://") {
      guard let known = Self.schemes[text[..<separator.lowerBound].lowercased()] else { return nil }
      scheme = known
      rest = rest[separator.upperBound...]
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var userInformation = ""
    if let at = rest.lastIndex(of: "@") {
      userInformation = Self.encode(rest[..<at]) + "@"
      rest = rest[rest.index(after: at)...]
    }
    guard let (host, port) = WebAddress.split(rest) else { return nil }
    let name = host.contains(":") ? "[\(host)]" : host
    self.text = "\(scheme)://\(userInformation)\(name)\(port.map { ":\($0)" } ?? "")"
  }

  /// Encodes what libcurl would not take between `//` and `@`; what is encoded already stays.
  private static func encode(_ text: Substring) -> String {
    text.unicodeScalars.map { $0 == ":" || $0 == "%" ? String($0) : String($0).percentEncoded }
      .joined()
  }
}
