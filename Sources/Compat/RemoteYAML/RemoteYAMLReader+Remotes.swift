internal import SealedFormat

extension RemoteYAMLReader {
  mutating func readRemotes(
    _ field: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) {
    guard !field.value.isNull else { return noteNull("Remotes", line: field.key.line) }
    for remote in try field.fields("Remotes", path: text.path) {
      remotes.append(try read(remote, text))
    }
  }

  private mutating func read(
    _ remote: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteConfiguration.Remote {
    guard let name = remote.name?.string else {
      throw text.refusing("the name of a remote must be a text", line: remote.key.line)
    }
    let shown = "the remote \"\(name.escapingControls)\""
    var uri = ""
    var isSystem = false
    var isExclusive = false
    var isInsecure = false
    var token: RemoteSecret?
    if remote.value.isNull { noteNull(shown, line: remote.key.line) }
    for field in remote.value.isNull ? [] : try remote.fields(shown, path: text.path) {
      switch field.name {
      case "URI": uri = try string(field, "URI", text)
      case "Token": token = try secret(field, "Token", in: remote.value, text)
      case "System": isSystem = try flag(field, "System", text)
      case "Exclusive": isExclusive = try flag(field, "Exclusive", text)
      case "Insecure": isInsecure = try flag(field, "Insecure", text)
      case "Keyservers": try checkKeyservers(field, text)
      default: noteUnknown(field)
      }
    }
    return RemoteConfiguration.Remote(
      name: name, uri: uri, isSystem: isSystem, isExclusive: isExclusive, isInsecure: isInsecure,
      line: remote.key.line, field: remote, secret: token)
  }

  /// Checks the types of keyservers, which the vault does not use.
  private mutating func checkKeyservers(
    _ field: YAMLField, _ text: borrowing YAMLText
  ) throws(VaultError) {
    guard !field.value.isNull else { return noteNull("Keyservers", line: field.key.line) }
    guard case .sequence(let items) = field.value.content else {
      throw text.refusing(
        "Keyservers must be a list, not \(field.value.kind)", line: field.key.line)
    }
    for item in items {
      guard !item.isNull else {
        noteNull("a keyserver", line: item.line)
        continue
      }
      let keyserver = YAMLField(key: item, value: item, isShared: field.isShared)
      for field in try keyserver.fields("a keyserver", path: text.path) {
        switch field.name {
        case "URI": _ = try string(field, "URI", text)
        case "Skip": _ = try flag(field, "Skip", text)
        case "External": _ = try flag(field, "External", text)
        case "Insecure": _ = try flag(field, "Insecure", text)
        default: noteUnknown(field)
        }
      }
    }
  }
}
