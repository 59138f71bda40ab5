internal import SealedFormat
internal import Vault
internal import Yams

extension RemoteYAMLReader {
  mutating func readRemotes(
    _ field: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) {
    let line = text.line(of: field.key)
    guard !field.value.isNull else { return noteNull("Remotes", line: line) }
    for remote in try YAMLField.fields(of: field, "Remotes", text) {
      remotes.append(try read(remote, text))
    }
  }

  private mutating func read(
    _ remote: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteConfiguration.Remote {
    let line = text.line(of: remote.key)
    guard let name = remote.key.scalar?.string else {
      throw text.refusing("the name of a remote must be a text", line: line)
    }
    let shown = "the remote \"\(name.escapingControls)\""
    var uri = ""
    var isSystem = false
    var isExclusive = false
    var isInsecure = false
    var keyservers: [RemoteConfiguration.Keyserver] = []
    var token: ScalarToken?
    if remote.value.isNull {
      noteNull(shown, line: line)
    } else {
      for field in try YAMLField.fields(of: remote, shown, text) {
        let line = text.line(of: field.key)
        switch field.key.scalar?.string {
        case "URI": uri = try string(field.value, "URI", line: line, text)
        case "Token":
          token = try secret(field, "Token", isInFlow: text.isFlow(remote.value), text)
        case "System": isSystem = try flag(field.value, "System", line: line, text)
        case "Exclusive": isExclusive = try flag(field.value, "Exclusive", line: line, text)
        case "Insecure": isInsecure = try flag(field.value, "Insecure", line: line, text)
        case "Keyservers": keyservers = try readKeyservers(field, text)
        case let name: noteUnknown(name, line: line)
        }
      }
    }
    return RemoteConfiguration.Remote(
      name: name, uri: uri, isSystem: isSystem, isExclusive: isExclusive, isInsecure: isInsecure,
      keyservers: keyservers, line: line,
      token: token.flatMap { $0.content.isEmpty ? nil : $0.content })
  }

  private mutating func readKeyservers(
    _ field: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) -> [RemoteConfiguration.Keyserver] {
    let line = text.line(of: field.key)
    guard !field.value.isNull else {
      noteNull("Keyservers", line: line)
      return []
    }
    guard case .sequence(let items) = field.value else {
      throw text.refusing("Keyservers must be a list, not \(field.value.kind)", line: line)
    }
    var keyservers: [RemoteConfiguration.Keyserver] = []
    for item in items {
      if item.isNull {
        noteNull("a keyserver", line: text.line(of: item))
      } else {
        keyservers.append(
          try readKeyserver(YAMLField(key: item, value: item, isShared: field.isShared), text))
      }
    }
    return keyservers
  }

  private mutating func readKeyserver(
    _ item: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteConfiguration.Keyserver {
    var uri = ""
    var isSkipped = false
    var isExternal = false
    var isInsecure = false
    for field in try YAMLField.fields(of: item, "a keyserver", text) {
      let line = text.line(of: field.key)
      switch field.key.scalar?.string {
      case "URI": uri = try string(field.value, "URI", line: line, text)
      case "Skip": isSkipped = try flag(field.value, "Skip", line: line, text)
      case "External": isExternal = try flag(field.value, "External", line: line, text)
      case "Insecure": isInsecure = try flag(field.value, "Insecure", line: line, text)
      case let name: noteUnknown(name, line: line)
      }
    }
    return RemoteConfiguration.Keyserver(
      uri: uri, isSkipped: isSkipped, isExternal: isExternal, isInsecure: isInsecure)
  }
}
