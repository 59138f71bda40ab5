internal import SealedFormat
internal import Vault

/// An http or https address taken apart, checked, and put together again from its parts.
///
/// Addresses come from servers: what is checked here is what libcurl gets, so that no trick of
/// spelling can mean one host to us and another to it.
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

  /// Reads an address; nil where it is not http or https, or has a user name, a character outside
  /// printable ASCII or a host that is none.
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

  /// A server by the address that a name has led to.
  init(peer: String) {
    self.init(isSecure: true, host: peer, port: 443, target: "/")
  }

  private static func split(_ authority: Substring) -> (host: String, port: UInt16?)? {
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

  /// Scheme, host and port: what a credential may not leave.
  var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    let scheme = isSecure ? "https" : "http"
    return port == (isSecure ? 443 : 80) ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
  }

  /// The whole address.
  var text: String { origin + target }

  /// The address with further members in its query.
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
  var isInternal: Bool {
    if isLoopback { return true }
    if HostName.isIPv4(host) { return Self.isInternal(Self.numbers(of: host)) }
    guard host.contains(":") else { return false }
    let last = host.split(separator: ":").last.map(String.init) ?? ""
    if HostName.isIPv4(last) { return Self.isInternal(Self.numbers(of: last)) }
    // Unspecified, loopback; unique local, link-local, and site-local, which is no longer given out.
    if host == "::" || host == "::1" { return true }
    guard let first = UInt16(host.prefix { $0 != ":" }, radix: 16) else { return false }
    return (0xFC00...0xFDFF).contains(first) || (0xFE80...0xFEFF).contains(first)
  }

  private static func numbers(of address: String) -> [UInt8] {
    address.split(separator: ".").compactMap { UInt8($0) }
  }

  private static func isInternal(_ address: [UInt8]) -> Bool {
    guard address.count == 4 else { return false }
    switch (address[0], address[1]) {
    case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127):
      return true
    default:
      return false
    }
  }
}
