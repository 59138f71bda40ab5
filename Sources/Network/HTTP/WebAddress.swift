internal import SealedFormat

/// An http or https address, taken apart, checked and put together again.
///
/// Addresses come from servers. libcurl gets what was checked here, so that no spelling can mean one host
/// to us and another to libcurl.
struct WebAddress: Hashable, Sendable {
  let isSecure: Bool
  /// The host as `HostName` has it; an IPv6 address without brackets.
  let host: String
  let port: UInt16
  /// Path and query, beginning with a slash.
  let target: String

  init(isSecure: Bool, host: String, port: UInt16, target: String) {
    self.isSecure = isSecure
    self.host = host
    self.port = port
    self.target = target
  }

  /// Reads an address; nil if it is not http or https, or has a user name, a character outside
  /// printable ASCII or a malformed host.
  ///
  /// A fragment is dropped.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
      let separator = text.firstRange(of: "://")
    else { return nil }
    switch text[..<separator.lowerBound].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    default: return nil
    }
    let rest = text[separator.upperBound...].prefix { $0 != "#" }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@"), let (host, port) = Self.split(authority) else { return nil }
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    let target = rest[authority.endIndex...]
    self.target = target.hasPrefix("/") ? String(target) : "/" + target
  }

  /// Host and port of `HOST[:PORT]`; nil if it is malformed.
  static func split(_ authority: Substring) -> (host: String, port: UInt16?)? {
    var host = authority
    var port: UInt16?
    if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
      host = authority[..<colon]
      let digits = authority[authority.index(after: colon)...]
      if !digits.isEmpty {
        guard digits.isDigits, let number = UInt16(digits), number > 0 else { return nil }
        port = number
      }
    }
    guard host.first != "[" || host.last == "]" else { return nil }
    let name = try? HostName.normalise(host) { VaultError(.invalidInput, $0) }
    return name.flatMap { $0 }.map { ($0, port) }
  }

  /// Scheme, host and port.
  ///
  /// A credential never goes to another origin.
  var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    let scheme = isSecure ? "https" : "http"
    return port == (isSecure ? 443 : 80) ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
  }

  /// The whole address.
  var text: String { origin + target }

  /// The address with more members in its query.
  func adding(query: [(name: String, value: String)]) -> WebAddress {
    var longer = target
    for (name, value) in query {
      let last = longer.last
      if !longer.contains("?") {
        longer += "?"
      } else if last != "?" && last != "&" {
        longer += "&"
      }
      longer += "\(name)=\(value.percentEncoded)"
    }
    return WebAddress(isSecure: isSecure, host: host, port: port, target: longer)
  }

  /// Whether the host is this machine.
  var isLoopback: Bool { RegistryScope(host: host, port: nil, path: "").isLoopback }

  /// Whether the host is this machine, or an address that is only valid in its own network.
  var isInternal: Bool { isLoopback || IPAddress(host)?.isPublic == false }
}
