import Vault

/// What a client means by a server: a registry, or a key that is none and stays as it is.
struct ServerKey {
  let key: CredentialRecord.Key
  /// How the server is shown in a list of logins.
  let spelling: String
  /// Whether the client speaks to it over TLS, as far as the address says.
  let isSecure: Bool

  init(_ serverURL: String) {
    // Docker Hub's tokens of a web login stand beside its password, under keys that look like parts
    // of the registry. And a key that names one image stays apart from that of the next.
    if !Self.isDockerHubToken(serverURL), !Self.isImage(serverURL),
      let uri = try? RegistryURI(serverURL)
    {
      key = .registry(uri.scope)
      spelling = uri.text
      isSecure = uri.scheme != .http && !uri.scope.isLoopback
    } else {
      key = .helperKey(serverURL)
      spelling = serverURL
      isSecure = true
    }
  }

  /// Whether a tag or digest follows the repository.
  private static func isImage(_ serverURL: String) -> Bool {
    let start = serverURL.firstRange(of: "://")?.upperBound ?? serverURL.startIndex
    guard let path = serverURL[start...].firstIndex(of: "/") else { return false }
    return serverURL[path...].contains { $0 == ":" || $0 == "@" }
  }

  static func isDockerHubToken(_ serverURL: String) -> Bool {
    serverURL.hasPrefix("https://index.docker.io/v1/")
      && (serverURL.hasSuffix("/access-token") || serverURL.hasSuffix("/refresh-token"))
  }
}

extension CredentialRecord {
  /// The key under which a list for docker's clients names this credential; nil where it names none.
  ///
  /// No key has a scheme: one such key in the list, and podman's remote client fails every pull.
  /// docker's clients take the host alone too. A part of a registry is listed only where a client
  /// stored it so, as the others do not know what to make of it.
  var listKey: String? {
    guard let scope else { return serverURL.flatMap { Self.isListed($0) ? $0 : nil } }
    return scope.path.isEmpty || serverURL != nil ? scope.text : nil
  }

  /// Whether podman takes a key that is no address: without scheme, tag and digest.
  private static func isListed(_ key: String) -> Bool {
    guard !key.hasPrefix("http://"), !key.hasPrefix("https://"), !key.contains("@") else {
      return false
    }
    return !key.drop { $0 != "/" }.contains(":")
  }
}
