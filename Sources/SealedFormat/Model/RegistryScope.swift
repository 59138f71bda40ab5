/// The part of a registry that a credential is for: a host, a port and a repository prefix.
///
/// This is the one place that decides which spellings mean the same registry. Equal scopes share one
/// credential, in every store, file format and protocol.
package struct RegistryScope: Hashable, Sendable {
  /// The host: a lower-case name, a dotted IPv4 address, or an IPv6 address without brackets.
  package let host: String
  /// The port, or nil for that of https (443).
  package let port: UInt16?
  /// Repository path components joined by slashes; empty for the whole registry.
  package let path: String

  /// The host of Docker Hub, under which all its names are kept.
  package static let dockerHub = "docker.io"

  package init(host: String, port: UInt16?, path: String) {
    self.host = host
    self.port = port
    self.path = path
  }

  /// Host and port as they stand in a URL: `[::1]:5000`, `registry.example.com`.
  package var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port.map { "\(name):\($0)" } ?? name
  }

  /// The one text form of this scope; `RegistryURI(text)` gives the same scope again.
  package var text: String { path.isEmpty ? authority : "\(authority)/\(path)" }

  /// Whether this is Docker Hub, or a part of it.
  package var isDockerHub: Bool { host == Self.dockerHub && port == nil }

  /// Whether the host is this machine, where plain http stays off the network.
  package var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
      || (host.hasPrefix("127.") && HostName.isIPv4(host))
  }

  /// Whether a credential for this scope may be used for `other`: the same registry, and a prefix of
  /// whole path components, so never a sibling's.
  ///
  /// - Parameter other: The scope that is asked for.
  /// - Returns: Whether `other` is this scope or a part of it.
  package func covers(_ other: RegistryScope) -> Bool {
    host == other.host && port == other.port
      && (path.isEmpty || path == other.path || other.path.hasPrefix(path + "/"))
  }
}
