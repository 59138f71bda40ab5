internal import SealedFormat

extension RemoteConfiguration {
  /// The change that gives a remote endpoint its token: the remote is filled in, or added before the
  /// others.
  ///
  /// - Parameter remote: What the remote is like if the file does not have it.
  /// - Returns: The change; nil if the file does not have the remote and `remote` is nil or has no
  ///   address.
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func keepingToken(
    of name: String, like remote: Remote?
  ) throws(VaultError) -> RemoteEdit? {
    var edit = unchanged
    if let index = remotes.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
      guard fillIn(remotes[index].field, &edit.text) else {
        throw notEditable(remote: remotes[index].field.key)
      }
      edit.expectation.remotes[index] = .filled(index)
      return edit
    }
    guard let remote, !remote.uri.isEmpty else { return nil }
    try add(remote, &edit.text)
    edit.expectation.remotes.insert(.added(name), at: 0)
    return edit
  }

  /// Gives a remote the secret.
  ///
  /// Returns false if it is written in a way that is not edited.
  private borrowing func fillIn(_ remote: YAMLField, _ edit: inout TextEdit) -> Bool {
    guard !remote.isShared, remote.value.fields != nil else { return false }
    if let old = remote.value["Token"]?.value { return replace(old, with: [.secret], &edit) }
    return add([[.text("Token: "), .secret]], to: remote.value, of: remote.key, &edit)
  }

  private borrowing func notEditable(remote key: YAMLNode) -> VaultError {
    text.refusing(
      "the remote there is read, but not edited: write \"URI:\", \"Token:\" and the like on lines of "
        + "their own below its name, and try again", line: key.line)
  }

  private borrowing func add(_ remote: Remote, _ edit: inout TextEdit) throws(VaultError) {
    guard let field = text.root?["Remotes"] else {
      let root = rootColumn
      let list =
        [[.text(String(repeating: " ", count: root) + "Remotes:")]]
        + (try lines(of: remote, columns: (root + 4, root + 8)))
      return try addAtEnd(list, toEmpty: [[.text("Active: \"\"")]] + list, &edit)
    }
    let below = field.key.line - 1
    if let first = field.value.fields?.first, !field.value.isFlow, !field.value.hasProperties,
      first.key.line > field.key.line
    {
      edit.insert(
        try lines(of: remote, columns: columns(like: first)), after: below, of: text.lines,
        lineEnd: lineEnd)
      return
    }
    guard let range = emptyValue(field.value) else { throw notEditable(remote: field.key) }
    if !range.isEmpty { edit.replace(range, with: []) }
    edit.insert(
      try lines(of: remote, columns: (rootColumn + 4, rootColumn + 8)), after: below,
      of: text.lines, lineEnd: lineEnd)
  }

  /// The columns of a new remote's name and keys, next to another remote.
  private func columns(like other: YAMLField) -> (name: Int, key: Int) {
    let column = other.key.start.column
    if !other.value.isFlow, let inner = other.value.fields?.first?.key.start.column, inner > column
    {
      return (column, inner)
    }
    return (column, column + max(2, column - rootColumn))
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
