internal import SealedFormat
internal import Vault
internal import Yams

/// A change of the registry entries in `Credentials`: what is to be written, and what must then be
/// read.
struct RegistryEntryEdit {
  /// What becomes of an entry.
  enum Outcome {
    /// It stays as it is: the entry of this index before.
    case kept(Int)
    /// The entry of this index before, with a new secret and mark.
    case updated(Int)
    /// A new entry of this address.
    case added(String)
  }

  /// The changes of the bytes.
  var text = TextEdit()
  /// The entries as they must be read afterwards, in their order.
  var outcomes: [Outcome] = []
  /// What `updated` and `added` entries say of plain http.
  let isInsecure: Bool
  /// Whether `added` entries hold the secret; Apptainer's own notes of a login do not.
  var hasSecret = true
  /// The name of the remote that gets the secret as its token, where the edit is about one.
  var remote: String?
}

extension RemoteConfiguration {
  /// The change that keeps a login under some addresses: entries that are there are filled in, the
  /// others added after them.
  ///
  /// - Parameters:
  ///   - scope: What the login is for.
  ///   - addresses: Addresses of the scope, as they are to stand in the file.
  ///   - isInsecure: Whether plain http is used.
  /// - Returns: The change.
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func keeping(
    _ scope: RegistryScope, at addresses: [RegistryURI], isInsecure: Bool
  ) throws(VaultError) -> RegistryEntryEdit {
    var edit = RegistryEntryEdit(isInsecure: isInsecure)
    var missing = addresses.map(\.text)
    for (index, entry) in credentials.enumerated() {
      // An entry without a secret is Apptainer's own note of a login, and stays one unless its very
      // address is asked for; those with one share the scope's.
      guard let registry = entry.registry, registry.scope == scope,
        entry.hasAuthorization || addresses.contains(registry)
      else {
        edit.outcomes.append(.kept(index))
        continue
      }
      try fillIn(index, isInsecure: isInsecure, &edit.text)
      missing.removeAll { $0 == registry.text }
      edit.outcomes.append(.updated(index))
    }
    guard !missing.isEmpty else { return edit }
    try add(missing, &edit)
    return edit
  }

  /// The change that notes a login whose secret lies elsewhere, as Apptainer does: entries that are
  /// there stay, the others are added after them.
  ///
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func noting(
    _ addresses: [RegistryURI], isInsecure: Bool
  ) throws(VaultError) -> RegistryEntryEdit? {
    let missing = addresses.filter { address in
      !credentials.contains { $0.registry == address }
    }
    guard !missing.isEmpty else { return nil }
    var edit = RegistryEntryEdit(isInsecure: isInsecure, hasSecret: false)
    edit.outcomes = credentials.indices.map { .kept($0) }
    try add(missing.map(\.text), &edit)
    return edit
  }

  /// The change that keeps the login to a keyserver: its entry is filled in, or added.
  ///
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func keeping(
    keyserver uri: String, isInsecure: Bool
  ) throws(VaultError) -> RegistryEntryEdit {
    var edit = RegistryEntryEdit(isInsecure: isInsecure)
    var isThere = false
    for (index, entry) in credentials.enumerated() {
      guard entry.registry == nil, entry.uri.utf8.elementsEqual(uri.utf8) else {
        edit.outcomes.append(.kept(index))
        continue
      }
      try fillIn(index, isInsecure: isInsecure, &edit.text)
      edit.outcomes.append(.updated(index))
      isThere = true
    }
    if !isThere { try add([uri], &edit) }
    return edit
  }

  /// The change that takes a scope's entries away; nil where there is none.
  ///
  /// - Parameters:
  ///   - scope: Whose entries.
  ///   - isNote: Whether only those without a secret are meant.
  /// - Returns: The change.
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func removing(
    _ scope: RegistryScope, whereNote isNote: Bool = false
  ) throws(VaultError) -> RegistryEntryEdit? {
    let found = credentials.indices.filter {
      credentials[$0].registry?.scope == scope && !(isNote && credentials[$0].hasAuthorization)
    }
    guard !found.isEmpty, let list = layout.list else { return nil }
    let block = try blockList(list)
    var edit = RegistryEntryEdit(isInsecure: false)
    edit.outcomes = credentials.indices.filter { !found.contains($0) }.map { .kept($0) }
    // Neighbours go as one piece, so that a missing line end is handled once.
    var index = found.startIndex
    while index < found.endIndex {
      var range = block.items[found[index]]
      while index + 1 < found.endIndex,
        block.items[found[index + 1]].lowerBound == range.upperBound + 1
      {
        index += 1
        range = range.lowerBound...block.items[found[index]].upperBound
      }
      edit.text.remove(range, of: text.lines)
      index += 1
    }
    return edit
  }

  private borrowing func fillIn(
    _ index: Int, isInsecure: Bool, _ edit: inout TextEdit
  ) throws(VaultError) {
    let item = layout.items[index]
    guard let start = item.node.mark, let uri = item.uri, let line = uri.mark?.line,
      !text.isFlow(item.node), layout.list.map({ text.isFlow($0) }) == false,
      token(of: uri) != nil
    else { throw notEditable("an entry of Credentials is unusual", item.node) }
    var added: [[TextEdit.Piece]] = []
    let indent = TextEdit.Piece.text(String(repeating: " ", count: start.column - 1))
    if let value = item.authorizationNode {
      guard let token = token(of: value) else {
        throw notEditable("an entry of Credentials is unusual", item.node)
      }
      // Without a value yet, the colon is where the value would begin.
      edit.replace(token.range, with: (token.range.isEmpty ? [.text(" ")] : []) + [.secret])
    } else {
      added.append([indent, .text("Auth: "), .secret])
    }
    if let value = item.insecure {
      guard let token = token(of: value) else {
        throw notEditable("an entry of Credentials is unusual", item.node)
      }
      if credentials[index].isInsecure != isInsecure || value.isNull {
        let space = token.range.isEmpty ? " " : ""
        edit.replace(token.range, with: [.text("\(space)\(isInsecure)")])
      }
    } else if isInsecure {
      added.append([indent, .text("Insecure: true")])
    }
    guard !added.isEmpty else { return }
    edit.insert(added, after: line - 1, of: text.lines, lineEnd: lineEnd)
  }

  borrowing func token(of node: Node) -> ScalarToken? {
    text.token(of: node, isInFlow: false)
  }

  private borrowing func add(
    _ addresses: [String], _ edit: inout RegistryEntryEdit
  ) throws(VaultError) {
    edit.outcomes += addresses.map { .added($0) }
    guard let list = layout.list else { return try addList(addresses, &edit) }
    guard layout.items.isEmpty else {
      let block = try blockList(list)
      edit.text.insert(
        try entryLines(addresses, (block.dashColumn, block.keyColumn), edit),
        after: block.items.last?.upperBound, of: text.lines, lineEnd: lineEnd)
      return
    }
    guard let line = list.mark?.line, let range = emptyValue(list) else {
      throw notEditable("Credentials is unusual", list)
    }
    if !range.isEmpty { edit.text.replace(range, with: []) }
    edit.text.insert(
      try entryLines(addresses, styleOfNewList, edit), after: line - 1, of: text.lines,
      lineEnd: lineEnd)
  }

  /// Adds `Credentials` to a file without it, and what Apptainer always writes to one that has
  /// nothing.
  private borrowing func addList(
    _ addresses: [String], _ edit: inout RegistryEntryEdit
  ) throws(VaultError) {
    let entries = try entryLines(addresses, styleOfNewList, edit)
    let indent = String(repeating: " ", count: rootColumn)
    let list: [[TextEdit.Piece]] = [[.text("\(indent)Credentials:")]] + entries
    try addAtEnd(
      list, toEmpty: [[.text("Active: \"\"")], [.text("Remotes: {}")]] + list, &edit.text)
  }

  /// Adds a field of the top level: behind all others, or as the file's first.
  ///
  /// - Parameters:
  ///   - field: The lines of the field.
  ///   - whole: All lines of a file that has nothing yet.
  ///   - edit: Gets the change.
  /// - Throws: `damaged` where the file is written in a way that is not edited.
  borrowing func addAtEnd(
    _ field: [[TextEdit.Piece]], toEmpty whole: [[TextEdit.Piece]], _ edit: inout TextEdit
  ) throws(VaultError) {
    switch text.root {
    case nil:
      edit.insert(whole, after: lastLine, of: text.lines, lineEnd: lineEnd)
    case .scalar(let null)? where null.string.isEmpty:
      edit.insert(whole, after: lastLine, of: text.lines, lineEnd: lineEnd)
    case .scalar(let null)?:
      guard let token = token(of: .scalar(null)) else {
        throw notEditable("the file is unusual", .scalar(null))
      }
      edit.replace(token.range, with: Array(whole.joined(separator: [.text(lineEnd)])))
    case let root?:
      guard !text.isFlow(root) else {
        throw notEditable("the file is written with brackets ({…})", root)
      }
      edit.insert(field, after: lastLine, of: text.lines, lineEnd: lineEnd)
    }
  }

  /// The lines of entries in the order in which Apptainer writes them.
  private borrowing func entryLines(
    _ addresses: [String], _ columns: (dash: Int, key: Int), _ edit: RegistryEntryEdit
  ) throws(VaultError) -> [[TextEdit.Piece]] {
    let dash = String(repeating: " ", count: columns.dash) + "-"
    let gap = String(repeating: " ", count: columns.key - columns.dash - 1)
    let indent = String(repeating: " ", count: columns.key)
    var lines: [[TextEdit.Piece]] = []
    for address in addresses {
      lines.append([.text("\(dash)\(gap)URI: \(try address.yamlScalar())")])
      if edit.hasSecret { lines.append([.text("\(indent)Auth: "), .secret]) }
      lines.append([.text("\(indent)Insecure: \(edit.isInsecure)")])
    }
    return lines
  }

  /// Where `[]`, `{}` or null stands behind the key, with the spaces before it.
  borrowing func emptyValue(_ list: Node) -> Range<Int>? {
    guard var start = text.offset(of: list) else { return nil }
    let bytes = text.bytes.bytes
    var end = start
    if list.scalar == nil {
      guard text.isFlow(list) else { return nil }
      end += 1
      while end < bytes.byteCount, bytes[end] == UInt8(ascii: " ") { end += 1 }
      guard end < bytes.byteCount, "]}".utf8.contains(bytes[end]) else { return nil }
      end += 1
    } else {
      guard let token = token(of: list) else { return nil }
      end = token.range.upperBound
    }
    while start > 0, " \t".utf8.contains(bytes[start - 1]) { start -= 1 }
    guard start > 0, bytes[start - 1] == UInt8(ascii: ":") else { return nil }
    return start..<end
  }
}

extension String {
  /// The text as a YAML scalar of one line; only for what is no secret.
  func yamlScalar() throws(VaultError) -> String {
    let isPlain =
      utf8.first.map { UInt8(ascii: "A")...UInt8(ascii: "z") ~= $0 && $0 != 0x5b && $0 != 0x60 }
      ?? false
    guard isPlain, utf8.allSatisfy(Self.isPlain), !hasSuffix(":"),
      !Self.words.contains(lowercased())
    else { return try jsonQuoted() }
    return self
  }

  /// What means something else than its text where it stands without quotes.
  private static let words: Set<String> = [
    "true", "false", "yes", "no", "y", "n", "on", "off", "null",
  ]

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-._~/:%+=@$[]".utf8.contains(byte)
    }
  }
}
