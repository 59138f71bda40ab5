internal import SealedFormat

extension RemoteYAMLReader {
  /// Reads the list that the vault also writes, so it may share nothing with other parts of the
  /// file.
  mutating func readCredentials(
    _ field: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) {
    try checkStandsAlone(field, "Credentials", text)
    // A list that has lost its last entry, as after our own logout: nothing is odd about that.
    if field.value.isNull { return }
    guard case .sequence(let items) = field.value.content else {
      throw text.refusing(
        "Credentials must be a list, not \(field.value.kind)", line: field.key.line)
    }
    for item in items { try readEntry(item, text) }
  }

  private mutating func readEntry(
    _ item: YAMLNode, _ text: borrowing YAMLText
  ) throws(VaultError) {
    guard !item.hasProperties else { throw notAlone("an entry of Credentials", item, text) }
    var values = EntryValues()
    if item.isNull {
      warnings.append(
        "line \(item.line): an entry of Credentials has no value (null), which is kept; Apptainer "
          + "crashes on it")
    } else if let fields = item.fields {
      for field in fields { try read(field, of: item, into: &values, text) }
      if values.uri.isEmpty {
        warnings.append("line \(item.line): an entry of Credentials has no URI")
      }
    } else {
      throw text.refusing(
        "an entry of Credentials must have \"URI:\" and the like, not be \(item.kind)",
        line: item.line)
    }
    credentials.append(try entry(item, values, text))
  }

  private mutating func read(
    _ field: YAMLField, of item: YAMLNode, into values: inout EntryValues,
    _ text: borrowing YAMLText
  ) throws(VaultError) {
    switch field.name {
    case "URI":
      try checkStandsAlone(field, "URI", text)
      values.uri = try string(field, "URI", text)
    case "Auth":
      try checkStandsAlone(field, "Auth", text)
      values.secret = try secret(field, "Auth", in: item, text)
    case "Insecure":
      try checkStandsAlone(field, "Insecure", text)
      values.isInsecure = try flag(field, "Insecure", text)
    case "<<":
      throw text.refusing(
        "a merge key (\"<<\") is not read inside Credentials", line: field.key.line)
    default: noteUnknown(field)
    }
  }

  private mutating func entry(
    _ item: YAMLNode, _ values: EntryValues, _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteConfiguration.Entry {
    var registry: RegistryURI?
    var username: String?
    if !values.uri.isEmpty, !isKeyserver(values.uri) {
      do throws(VaultError) {
        registry = try RegistryURI(values.uri)
      } catch {
        warnings.append("line \(item.line): left out of lists, but kept: \(error.message)")
      }
    }
    if registry != nil, let secret = values.secret {
      username = try Authorization.parse(text.bytes.bytes.extracting(secret.content))?.username
      if username == nil {
        warnings.append(
          "line \(item.line): the Auth there is neither \"Basic\" with a user name and a secret nor "
            + "\"Bearer\" with a token: left out of lists, but kept")
      }
    }
    return RemoteConfiguration.Entry(
      uri: values.uri, isInsecure: values.isInsecure, registry: registry, username: username,
      line: item.line, node: item, secret: values.secret)
  }

  /// Whether an entry belongs to a keyserver, which its scheme tells.
  private func isKeyserver(_ uri: String) -> Bool {
    let start = String(decoding: uri.utf8.prefix(8), as: UTF8.self).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }

  private func checkStandsAlone(
    _ field: YAMLField, _ name: String, _ text: borrowing YAMLText
  ) throws(VaultError) {
    guard !field.key.hasProperties, !field.value.hasProperties else {
      throw notAlone(name, field.key, text)
    }
  }

  private func notAlone(
    _ name: String, _ node: YAMLNode, _ text: borrowing YAMLText
  ) -> VaultError {
    text.refusing(
      "\(name) has an anchor, an alias or a tag, which is not read inside Credentials: write "
        + "the value itself", line: node.line)
  }
}

/// What an entry says.
private struct EntryValues {
  var uri = ""
  var isInsecure = false
  var secret: RemoteSecret?
}
