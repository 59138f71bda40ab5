internal import SealedFormat

/// Which server is asked through which proxy: the rules of Go's `httpproxy`, which docker, podman and
/// skopeo follow.
struct ProxyRules: Sendable {
  private let proxies: ConnectionOptions.Proxy
  private let exceptions: [ProxyException]

  init(_ proxies: ConnectionOptions.Proxy) {
    self.proxies = proxies
    exceptions = proxies.exceptions.split { ", \t".contains($0) }.compactMap(ProxyException.init)
  }

  /// The proxy for an address; nil if it is asked directly, as this machine always is.
  ///
  /// - Throws: `configuration` if the proxy's address is malformed.
  func proxy(for address: WebAddress) throws(VaultError) -> ProxyAddress? {
    guard let text = address.isSecure ? proxies.https : proxies.http, !text.isEmpty else {
      return nil
    }
    let ip = IPAddress(address.host)
    guard !address.isLoopback, ip?.isLoopback != true,
      !exceptions.contains(where: { $0.matches(address, ip) })
    else { return nil }
    guard let proxy = ProxyAddress(text) else {
      throw VaultError(
        .configuration,
        "\"\(text.hidingAddressSecrets.escapingControls)\" is not a proxy's address: "
          + "write http://HOST:PORT")
    }
    return proxy
  }
}

/// One entry of `NO_PROXY`.
private enum ProxyException {
  case everything
  case network(IPPrefix)
  case address(IPAddress, port: Substring?)
  /// A domain that begins with a dot.
  case domain(String, includesItself: Bool, port: Substring?)

  /// Reads an entry; nil if nothing can match it.
  init?(_ text: Substring) {
    if text == "*" {
      self = .everything
    } else if let network = IPPrefix(text) {
      self = .network(network)
    } else {
      self.init(host: text)
    }
  }

  private init?(host text: Substring) {
    var host = text
    var port: Substring?
    let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
    if let colon = text.lastIndex(of: ":"), text.first == "[" || colons == 1, text.last != "]" {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      if port?.isEmpty == true { port = nil }
    }
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    if let address = IPAddress(String(host)) {
      self = .address(address, port: port)
      return
    }
    if host.hasPrefix("*.") { host = host.dropFirst() }
    if host.hasSuffix(".") { host = host.dropLast() }
    guard !host.isEmpty else { return nil }
    let name = host.lowercased()
    self = .domain(
      name.hasPrefix(".") ? name : "." + name, includesItself: !name.hasPrefix("."), port: port)
  }

  func matches(_ address: WebAddress, _ ip: IPAddress?) -> Bool {
    func isFor(_ port: Substring?) -> Bool { port.map { $0 == "\(address.port)" } ?? true }
    switch self {
    case .everything: return true
    case .network(let network): return ip.map { network.contains($0.bytes) } ?? false
    case .address(let other, let port): return ip == other && isFor(port)
    case .domain(let domain, let includesItself, let port):
      let isHost = includesItself && "." + address.host == domain
      return (isHost || address.host.hasSuffix(domain)) && isFor(port)
    }
  }
}
