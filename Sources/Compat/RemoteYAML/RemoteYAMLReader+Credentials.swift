internal import SealedFormat
internal import Vault
internal import Yams

extension RemoteYAMLReader {
  /// Reads the list that we also write, so that it is taken only where it shares nothing with other
  /// parts of the file.
  mutating func readCredentials(
    key: Node, value: Node, _ text: borrowing YAMLText
  ) throws(VaultError) {
    let line = text.line(of: key)
    try checkStandsAlone(value, after: key, "Credentials", text)
    layout.list = value
    if value.isNull { return noteNull("Credentials", line: line) }
    guard case .sequence(let items) = value else {
      throw text.refusing("Credentials must be a list, not \(value.kind)", line: line)
    }
    var previous = key
    for item in items {
      try checkStandsAlone(item, after: previous, "an entry of Credentials", text)
      previous = item
      try readEntry(item, isInFlow: text.isFlow(value), text)
    }
  }

  private mutating func readEntry(
    _ item: Node, isInFlow: Bool, _ text: borrowing YAMLText
  ) throws(VaultError) {
    let line = text.line(of: item)
    var parts = CredentialsLayout.Item(node: item)
    var uri = ""
    var isInsecure = false
    if item.isNull {
      warnings.append(
        "line \(line): an entry of Credentials has no value (null), which is kept; Apptainer "
          + "crashes on it")
    } else if case .mapping(let mapping) = item {
      let isInFlow = isInFlow || text.isFlow(item)
      for (key, value) in mapping {
        let line = text.line(of: key)
        let name = key.scalar?.string
        if let name, ["URI", "Auth", "Insecure", "<<"].contains(name) {
          guard name != "<<" else {
            throw text.refusing("a merge key (\"<<\") is not read inside Credentials", line: line)
          }
          try checkStandsAlone(value, after: key, name, text)
        }
        switch name {
        case "URI":
          uri = try string(value, "URI", line: line, text)
          parts.uri = value
        case "Auth":
          parts.authorization = try secret(
            YAMLField(key: key, value: value), "Auth", isInFlow: isInFlow, text)
          parts.authorizationNode = value
        case "Insecure":
          isInsecure = try flag(value, "Insecure", line: line, text)
          parts.insecure = value
        default: noteUnknown(name, line: line)
        }
      }
      if uri.isEmpty { warnings.append("line \(line): an entry of Credentials has no URI") }
    } else {
      throw text.refusing(
        "an entry of Credentials must have \"URI:\" and the like, not be \(item.kind)", line: line)
    }
    layout.items.append(parts)
    let content = parts.authorization?.content
    credentials.append(
      try entry(
        uri: uri, isInsecure: isInsecure,
        authorization: content.flatMap { $0.isEmpty ? nil : $0 }, line: line, text))
  }

  private mutating func entry(
    uri: String, isInsecure: Bool, authorization: Range<Int>?, line: Int,
    _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteConfiguration.Entry {
    var registry: RegistryURI?
    var username: String?
    if !uri.isEmpty, !isKeyserver(uri) {
      do throws(VaultError) {
        registry = try RegistryURI(uri)
      } catch {
        warnings.append("line \(line): left out of lists, but kept: \(error.message)")
      }
    }
    if registry != nil, let authorization {
      username = try Authorization.parse(text.bytes.bytes.extracting(authorization))?.username
      if username == nil {
        warnings.append(
          "line \(line): the Auth there is neither \"Basic\" with a user name and a secret nor "
            + "\"Bearer\" with a token: left out of lists, but kept")
      }
    }
    return RemoteConfiguration.Entry(
      uri: uri, isInsecure: isInsecure, registry: registry, username: username, line: line,
      authorization: authorization)
  }

  /// Entries of these schemes belong to keyservers.
  private func isKeyserver(_ uri: String) -> Bool {
    let scheme = uri.lowercased()
    return scheme.hasPrefix("http://") || scheme.hasPrefix("https://")
  }

  private func checkStandsAlone(
    _ node: Node, after other: Node, _ name: String, _ text: borrowing YAMLText
  ) throws(VaultError) {
    guard !YAMLField.isAlias(node, after: other), !text.hasProperties(node),
      !text.hasProperties(other)
    else {
      throw text.refusing(
        "\(name) has an anchor, an alias or a tag, which is not read inside Credentials: write "
          + "the value itself", line: text.line(of: other))
    }
  }
}
