/// What a client of docker's configuration files or helper protocol means by a server: a registry, or a
/// key that is none and stays as it is.
package struct ServerKey {
  package let key: CredentialRecord.Key
  /// How the server is shown in a list of logins.
  package let spelling: String
  /// How the client speaks to it, as far as the address says.
  package let transport: Transport
  /// Whether that is TLS with a checked certificate.
  package var isSecure: Bool { transport == .checkedTLS }

  package init(_ serverURL: String) {
    // Docker Hub's tokens of a web login stand beside its password, under keys that look like parts
    // of the registry. And a key that names one image stays apart from that of the next.
    if !Self.isDockerHubToken(serverURL), !Self.isImage(serverURL),
      let uri = try? RegistryURI(serverURL)
    {
      key = .registry(uri.scope)
      spelling = uri.text
      // docker takes any certificate of this machine, and plain http too.
      transport =
        uri.scheme == .http ? .plainHTTP : uri.scope.isLoopback ? .uncheckedTLS : .checkedTLS
    } else {
      key = .helperKey(serverURL)
      spelling = serverURL.hidingAddressSecrets
      transport = .checkedTLS
    }
  }

  /// A key of docker's configuration file.
  ///
  /// docker and podman drop its scheme before they compare it with a host, so `http://HOST` there is
  /// the login to HOST, and not to its port 80.
  package init(configurationKey: String) {
    let scheme = "http://"
    guard configurationKey.lowercased().hasPrefix(scheme),
      case let server = Self(String(configurationKey.dropFirst(scheme.count))),
      case .registry = server.key
    else {
      self = Self(configurationKey)
      return
    }
    self = Self(key: server.key, spelling: server.spelling, transport: .uncheckedTLS)
  }

  private init(key: CredentialRecord.Key, spelling: String, transport: Transport) {
    self.key = key
    self.spelling = spelling
    self.transport = transport
  }

  /// Whether a tag or digest follows the repository.
  private static func isImage(_ serverURL: String) -> Bool {
    let start = serverURL.firstRange(of: "://")?.upperBound ?? serverURL.startIndex
    guard let path = serverURL[start...].firstIndex(of: "/") else { return false }
    return serverURL[path...].contains { $0 == ":" || $0 == "@" }
  }

  /// Whether the key is one of those under which Docker Hub's tokens of a web login stand.
  package static func isDockerHubToken(_ serverURL: String) -> Bool {
    serverURL.hasPrefix("https://index.docker.io/v1/")
      && (serverURL.hasSuffix("/access-token") || serverURL.hasSuffix("/refresh-token"))
  }
}
