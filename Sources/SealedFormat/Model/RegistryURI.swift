/// A registry as somebody wrote it, checked: its scope and the spelling to show it in.
///
/// Forms: `docker://HOST[:PORT][/PREFIX]`, the same with `oras://`, `oci://`, `https://` or `http://`,
/// or without a scheme, which means docker.
package struct RegistryURI: Hashable, Sendable {
  /// What stood before `://`.
  package enum Scheme: String, Sendable {
    /// A container registry; also what a bare host means.
    case docker
    /// A registry for other artifacts. It shares its credential with `docker`.
    case oras
    /// The same as `oras`, as helm writes it.
    case oci
    /// The address of a registry's own service, as docker writes it.
    case https
    /// The same without TLS; without a port it is port 80.
    case http
  }

  /// What stood before `://`.
  package let scheme: Scheme
  /// What it means.
  package let scope: RegistryScope
  /// The spelling to show: as written, in lower case, as `docker://` or `oras://`, without a port
  /// that goes without saying.
  package let text: String

  /// Checks and normalises an address.
  ///
  /// A tag or digest behind a repository (`HOST/app:1.2`) is dropped, so that an image's name finds
  /// the registry's credential. A path of just `/v1` or `/v2` is the registry's own service.
  ///
  /// - Parameter text: What the user or another program wrote.
  /// - Throws: `invalidInput`, with the reason and what to write instead.
  package init(_ text: String) throws(VaultError) {
    func refuse(_ reason: String) -> VaultError {
      VaultError(
        .invalidInput,
        "\"\(text.hidingAddressSecrets.escapingControls)\" is not a registry address: \(reason)")
    }
    for scalar in text.unicodeScalars {
      guard scalar.isASCII else {
        throw refuse("it has a character outside ASCII; write an international name as xn--…")
      }
      guard scalar.value > 0x20, scalar.value < 0x7f else {
        throw refuse("it has a space or control character")
      }
    }
    var rest = Substring(text)
    var scheme = Scheme.docker
    if let separator = text.firstRange(of: "://") {
      let name = text[..<separator.lowerBound].lowercased()
      guard let known = Scheme(rawValue: name) else {
        throw refuse(
          "\"\(name.hidingAddressSecrets)\" is not a scheme for it; write docker://HOST or oras://HOST"
        )
      }
      scheme = known
      rest = rest[separator.upperBound...]
    }
    guard !rest.contains("?") else { throw refuse("it has a query; leave out the part from \"?\"") }
    guard !rest.contains("#") else {
      throw refuse("it has a fragment; leave out the part from \"#\"")
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    guard !authority.contains("@") else {
      var refusal = refuse("it has a user name in it")
      refusal.remedy = .giveUsernameSeparately
      throw refusal
    }
    let (host, written) = try Self.parse(authority: authority, refuse)
    let number = written ?? (scheme == .http ? 80 : 443)
    let port = number == 443 ? nil : number
    let path = try RepositoryPath.normalise(rest[slash...], refuse)

    let isHub = port == nil && HostName.dockerHubNames.contains(host)
    scope = RegistryScope(
      host: isHub ? RegistryScope.dockerHub : host, port: port, path: path)
    self.scheme = scheme
    let spelled = RegistryScope(host: host, port: port, path: path)
    let shown = scheme == .oras || scheme == .oci ? Scheme.oras : .docker
    self.text = "\(shown.rawValue)://\(spelled.text)"
  }

  private static func parse(
    authority: Substring, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> (host: String, port: UInt16?) {
    let host: Substring
    var port: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else {
        throw refuse("the bracket before the IPv6 address is not closed")
      }
      host = authority[...end]
      let after = authority[authority.index(after: end)...]
      guard after.isEmpty || after.first == ":" else {
        throw refuse("only a port may follow the IPv6 address")
      }
      port = after.isEmpty ? nil : after.dropFirst()
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2 else {
        throw refuse("it has more than one \":\"; an IPv6 address goes in brackets: [::1]:5000")
      }
      host = parts.first ?? ""
      port = parts.count == 2 ? parts[1] : nil
    }
    guard let name = try HostName.normalise(host, refuse) else {
      throw refuse("the host is missing; write docker://registry.example.com")
    }
    return (name, try port.flatMap { text throws(VaultError) in try parse(port: text, refuse) })
  }

  private static func parse(
    port: Substring, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> UInt16 {
    guard port.isDigits, port.first != "0",
      let number = UInt16(port)
    else { throw refuse("the port is not a number from 1 to 65535") }
    return number
  }
}

/// Repository names, by the grammar of the OCI distribution specification.
private enum RepositoryPath {
  static func normalise(
    _ text: Substring, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> String {
    var path = text.drop { $0 == "/" }.lowercased()
    guard text.hasPrefix("//") == false else { throw refuse("it has an empty path component") }
    if let digest = path.firstIndex(of: "@") { path = String(path[..<digest]) }
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    if let tag = name.firstIndex(of: ":") { path = String(path[..<tag]) }
    if path.hasSuffix("/") { path.removeLast() }
    if path.isEmpty || path == "v1" || path == "v2" { return "" }
    for component in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard !component.isEmpty else { throw refuse("it has an empty path component") }
      guard isComponent(component) else {
        throw refuse(
          "\"\(component)\" is not a repository name: letters and digits, with single \".\", one "
            + "or two \"_\" or any \"-\" between them")
      }
    }
    guard path.utf8.count <= 255 else { throw refuse("the path is longer than 255 characters") }
    return path
  }

  private static func isComponent(_ text: Substring) -> Bool {
    var separator: [Character] = []
    guard let first = text.first, let last = text.last, first.isLowerAlphanumeric,
      last.isLowerAlphanumeric
    else { return false }
    for character in text {
      if character.isLowerAlphanumeric {
        guard isSeparator(separator) else { return false }
        separator = []
      } else {
        separator.append(character)
      }
    }
    return true
  }

  private static func isSeparator(_ run: [Character]) -> Bool {
    run.isEmpty || run == ["."] || run == ["_"] || run == ["_", "_"] || run.allSatisfy { $0 == "-" }
  }
}

extension Character {
  fileprivate var isLowerAlphanumeric: Bool {
    ("a"..."z").contains(self) || ("0"..."9").contains(self)
  }
}
