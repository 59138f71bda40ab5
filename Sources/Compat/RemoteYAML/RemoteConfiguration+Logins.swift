internal import SealedFormat

extension RemoteConfiguration {
  /// The change that keeps a login under some addresses: entries that are there are filled in, the
  /// others added after them.
  ///
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func keeping(
    _ scope: RegistryScope, at addresses: [RegistryURI], isInsecure: Bool
  ) throws(VaultError) -> RemoteEdit {
    // An entry without a secret is Apptainer's own note of a login, and stays one unless its very
    // address is asked for; those with one share the scope's.
    let old = credentials.indices.filter { index in
      guard let registry = credentials[index].registry else { return false }
      return registry.scope == scope
        && (credentials[index].hasAuthorization || addresses.contains(registry))
    }
    let known = old.compactMap { credentials[$0].registry }
    let missing = addresses.filter { !known.contains($0) }.map(\.text)
    return try keeping(old, adding: missing, isInsecure: isInsecure)
  }

  /// The change that keeps the login to a keyserver: its entry is filled in, or added.
  ///
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func keeping(
    keyserver uri: String, isInsecure: Bool
  ) throws(VaultError) -> RemoteEdit {
    let old = credentials.indices.filter {
      credentials[$0].registry == nil && credentials[$0].uri.hasSameBytes(as: uri)
    }
    return try keeping(old, adding: old.isEmpty ? [uri] : [], isInsecure: isInsecure)
  }

  /// The change that notes a login whose secret lies elsewhere, as Apptainer does: entries that are
  /// there stay, the others are added after them.
  ///
  /// Nil if there is nothing to add.
  ///
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func noting(
    _ addresses: [RegistryURI], isInsecure: Bool
  ) throws(VaultError) -> RemoteEdit? {
    let known = credentials.compactMap(\.registry)
    let missing = addresses.filter { !known.contains($0) }
    guard !missing.isEmpty else { return nil }
    var edit = unchanged
    edit.expectation.isInsecure = isInsecure
    edit.expectation.hasSecret = false
    try add(missing.map(\.text), &edit)
    return edit
  }

  /// The change that takes a scope's entries away; nil if there is none.
  ///
  /// - Parameter isNote: Whether only those without a secret are meant.
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func removing(
    _ scope: RegistryScope, whereNote isNote: Bool = false
  ) throws(VaultError) -> RemoteEdit? {
    let found = credentials.indices.filter {
      credentials[$0].registry?.scope == scope && !(isNote && credentials[$0].hasAuthorization)
    }
    guard !found.isEmpty, let list = credentialsField?.value else { return nil }
    let block = try blockList(list)
    var edit = unchanged
    for index in found.reversed() { edit.expectation.entries.remove(at: index) }
    // Neighbours go as one piece, so that a missing line end is handled once.
    var ranges: [ClosedRange<Int>] = []
    for range in found.map({ block.items[$0] }) {
      if let last = ranges.last, range.lowerBound == last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...range.upperBound
      } else {
        ranges.append(range)
      }
    }
    for range in ranges { edit.text.remove(range, of: text.lines) }
    return edit
  }

  /// The change that fills in some entries and adds others.
  private borrowing func keeping(
    _ old: [Int], adding missing: [String], isInsecure: Bool
  ) throws(VaultError) -> RemoteEdit {
    var edit = unchanged
    edit.expectation.isInsecure = isInsecure
    for index in old {
      guard fillIn(index, isInsecure: isInsecure, &edit.text) else {
        throw notEditable("an entry of Credentials is unusual", credentials[index].node)
      }
      edit.expectation.entries[index] = .filled(index)
    }
    if !missing.isEmpty { try add(missing, &edit) }
    return edit
  }

  /// Gives an entry the secret.
  ///
  /// Returns false if it is written in a way that is not edited.
  private borrowing func fillIn(
    _ index: Int, isInsecure: Bool, _ edit: inout TextEdit
  ) -> Bool {
    let item = credentials[index].node
    var added: [[TextEdit.Piece]] = []
    if let old = item["Auth"]?.value {
      guard replace(old, with: [.secret], &edit) else { return false }
    } else {
      added.append([.text("Auth: "), .secret])
    }
    if let old = item["Insecure"]?.value {
      if credentials[index].isInsecure != isInsecure || old.isNull {
        guard replace(old, with: [.text("\(isInsecure)")], &edit) else { return false }
      }
    } else if isInsecure {
      added.append([.text("Insecure: true")])
    }
    return add(added, to: item, of: nil, &edit)
  }

  private borrowing func add(
    _ addresses: [String], _ edit: inout RemoteEdit
  ) throws(VaultError) {
    edit.expectation.entries += addresses.map { .added($0) }
    guard let list = credentialsField?.value else { return try addList(addresses, &edit) }
    guard credentials.isEmpty else {
      let block = try blockList(list)
      edit.text.insert(
        try entryLines(addresses, (block.dashColumn, block.keyColumn), edit.expectation),
        after: block.items.last?.upperBound, of: text.lines, lineEnd: lineEnd)
      return
    }
    guard let range = emptyValue(list) else { throw notEditable("Credentials is unusual", list) }
    if !range.isEmpty { edit.text.replace(range, with: []) }
    edit.text.insert(
      try entryLines(addresses, styleOfNewList, edit.expectation), after: list.line - 1,
      of: text.lines, lineEnd: lineEnd)
  }

  /// Adds `Credentials` to a file without it, and what Apptainer always writes to one that has
  /// nothing.
  private borrowing func addList(
    _ addresses: [String], _ edit: inout RemoteEdit
  ) throws(VaultError) {
    let entries = try entryLines(addresses, styleOfNewList, edit.expectation)
    let indent = String(repeating: " ", count: rootColumn)
    let list: [[TextEdit.Piece]] = [[.text("\(indent)Credentials:")]] + entries
    try addAtEnd(
      list, toEmpty: [[.text("Active: \"\"")], [.text("Remotes: {}")]] + list, &edit.text)
  }

  /// The lines of entries in the order in which Apptainer writes them.
  private borrowing func entryLines(
    _ addresses: [String], _ columns: (dash: Int, key: Int), _ expectation: RemoteExpectation
  ) throws(VaultError) -> [[TextEdit.Piece]] {
    let dash = String(repeating: " ", count: columns.dash) + "-"
    let gap = String(repeating: " ", count: columns.key - columns.dash - 1)
    let indent = String(repeating: " ", count: columns.key)
    var lines: [[TextEdit.Piece]] = []
    for address in addresses {
      lines.append([.text("\(dash)\(gap)URI: \(try address.yamlScalar())")])
      if expectation.hasSecret { lines.append([.text("\(indent)Auth: "), .secret]) }
      lines.append([.text("\(indent)Insecure: \(expectation.isInsecure)")])
    }
    return lines
  }
}
