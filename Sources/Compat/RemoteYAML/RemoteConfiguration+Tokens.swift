internal import SealedFormat
internal import Vault
internal import Yams

extension RemoteConfiguration {
  /// The change that gives a remote endpoint its token: the remote is filled in, or added before the
  /// others.
  ///
  /// - Parameters:
  ///   - name: The remote's name.
  ///   - remote: What it is like, where the file does not have it.
  /// - Returns: The change; nil where the file does not have it, and nobody says what it is like.
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func keepingToken(
    of name: String, like remote: Remote?
  ) throws(VaultError) -> RegistryEntryEdit? {
    var edit = RegistryEntryEdit(isInsecure: false, remote: name)
    edit.outcomes = credentials.indices.map { .kept($0) }
    if let (key, value) = remoteNodes?.first(where: { $0.key.scalar?.string == name }) {
      try fillIn(key, value, &edit.text)
      return edit
    }
    guard let remote, !remote.uri.isEmpty else { return nil }
    try add(remote, &edit.text)
    return edit
  }

  /// The value of `Remotes`, with its key.
  private var remotesField: (key: Node, value: Node)? {
    guard case .mapping(let mapping)? = text.root else { return nil }
    return mapping.first { $0.key.scalar?.string == "Remotes" }.map { ($0.key, $0.value) }
  }

  private var remoteNodes: Node.Mapping? {
    guard case .mapping(let mapping)? = remotesField?.value else { return nil }
    return mapping
  }

  private borrowing func fillIn(
    _ key: Node, _ value: Node, _ edit: inout TextEdit
  ) throws(VaultError) {
    guard case .mapping(let fields) = value, !YAMLField.isAlias(value, after: key),
      !text.isFlow(value), remotesField.map({ text.isFlow($0.value) }) == false,
      !text.hasProperties(value), let first = fields.first?.key.mark
    else { throw notEditable(remote: key) }
    if let old = fields.first(where: { $0.key.scalar?.string == "Token" })?.value {
      guard let token = token(of: old) else { throw notEditable(remote: key) }
      edit.replace(token.range, with: (token.range.isEmpty ? [.text(" ")] : []) + [.secret])
      return
    }
    // Behind the URI, where Apptainer writes it, or first of all.
    let line: Int
    if let uri = fields.first(where: { $0.key.scalar?.string == "URI" }) {
      guard let own = uri.value.mark?.line, own == uri.key.mark?.line,
        token(of: uri.value) != nil
      else { throw notEditable(remote: key) }
      line = own
    } else {
      guard let own = key.mark?.line, own < first.line else { throw notEditable(remote: key) }
      line = own
    }
    let indent = String(repeating: " ", count: first.column - 1)
    edit.insert(
      [[.text("\(indent)Token: "), .secret]], after: line - 1, of: text.lines, lineEnd: lineEnd)
  }

  private borrowing func notEditable(remote key: Node) -> VaultError {
    text.refusing(
      "the remote there is read, but not edited: write \"URI:\", \"Token:\" and the like on lines of "
        + "their own below its name, and try again", line: text.line(of: key))
  }

  private borrowing func add(
    _ remote: Remote, _ edit: inout TextEdit
  ) throws(VaultError) {
    guard let field = remotesField else {
      let root = rootColumn
      let indent = String(repeating: " ", count: root)
      let list =
        [[.text("\(indent)Remotes:")]]
        + (try lines(of: remote, columns: (root + 4, root + 8)))
      return try addAtEnd(list, toEmpty: [[.text("Active: \"\"")]] + list, &edit)
    }
    guard let keyLine = field.key.mark?.line else { throw notEditable(remote: field.key) }
    if let mapping = remoteNodes, let first = mapping.first, !text.isFlow(field.value),
      let column = first.key.mark?.column, (first.key.mark?.line ?? 0) > keyLine,
      !text.hasProperties(field.value)
    {
      var inner = column - 1 + max(2, column - 1 - rootColumn)
      if case .mapping(let fields) = first.value, !text.isFlow(first.value),
        let innerColumn = fields.first?.key.mark?.column, innerColumn > column
      {
        inner = innerColumn - 1
      }
      edit.insert(
        try lines(of: remote, columns: (column - 1, inner)), after: keyLine - 1, of: text.lines,
        lineEnd: lineEnd)
      return
    }
    guard field.value.scalar != nil || remoteNodes?.isEmpty == true,
      let range = emptyValue(field.value)
    else { throw notEditable(remote: field.key) }
    if !range.isEmpty { edit.replace(range, with: []) }
    edit.insert(
      try lines(of: remote, columns: (rootColumn + 4, rootColumn + 8)), after: keyLine - 1,
      of: text.lines, lineEnd: lineEnd)
  }

  /// The lines of a remote in the order in which Apptainer writes them.
  private borrowing func lines(
    of remote: Remote, columns: (name: Int, key: Int)
  ) throws(VaultError) -> [[TextEdit.Piece]] {
    let indent = String(repeating: " ", count: columns.key)
    let name = String(repeating: " ", count: columns.name) + (try remote.name.yamlScalar())
    return [
      [.text(name + ":")],
      [.text("\(indent)URI: \(try remote.uri.yamlScalar())")],
      [.text("\(indent)Token: "), .secret],
      [.text("\(indent)System: \(remote.isSystem)")],
      [.text("\(indent)Exclusive: \(remote.isExclusive)")],
    ] + (remote.isInsecure ? [[.text("\(indent)Insecure: true")]] : [])
  }
}
