internal import SealedFormat
internal import Vault

extension JSONDocument {
  /// The text with a member set.
  ///
  /// - Parameters:
  ///   - path: The names that lead to the member; objects that are missing are made.
  ///   - value: A JSON value of one line, which may stand for a secret in parts.
  ///   - secret: What `TextEdit.Piece.secret` stands for.
  /// - Returns: The new document.
  /// - Throws: `damaged` where something on the way is no object.
  func setting(
    _ path: [String], to value: [TextEdit.Piece], secret: RawSpan = RawSpan()
  ) throws(VaultError) -> JSONDocument {
    var edit = TextEdit()
    if let old = root.value(at: path) {
      edit.replace(old.range, with: value)
    } else {
      var object = root
      var depth = 0
      while depth < path.count - 1, let next = object[path[depth]] {
        object = next
        depth += 1
      }
      guard object.kind == .object else {
        throw malformed(object, "\"\(path[depth - 1].escapingControls)\" is not an object")
      }
      try add(path[depth...], value, to: object, depth: depth, &edit)
    }
    return try JSONDocument(try edit.apply(to: text.bytes, secret: secret), path: self.path)
  }

  /// The text without a member and one comma; as it is where there is no such member.
  func removing(_ path: [String]) throws(VaultError) -> JSONDocument {
    var edit = TextEdit()
    if let name = path.last, let object = root.value(at: path.dropLast()) {
      for range in removals(from: object, where: { $0.name.hasSameBytes(as: name) }) {
        edit.replace(range, with: [])
      }
    }
    return try JSONDocument(
      try edit.apply(to: text.bytes, secret: RawSpan()), path: self.path)
  }

  // MARK: Adding

  private func add(
    _ names: ArraySlice<String>, _ value: [TextEdit.Piece], to object: JSONNode, depth: Int,
    _ edit: inout TextEdit
  ) throws(VaultError) {
    let style = Style(self)
    let added = try style.member(names, value, depth: depth + 1)
    guard let last = object.members.last else {
      edit.replace(
        (object.range.lowerBound + 1)..<(object.range.upperBound - 1),
        with: [.text(style.lineStart(depth + 1))] + added + [.text(style.lineStart(depth))])
      return
    }
    let end = last.value.range.upperBound
    edit.replace(end..<end, with: [.text("," + separator(in: object))] + added)
  }

  /// The white space before the object's last member.
  private func separator(in object: JSONNode) -> String {
    let last = object.members[object.members.count - 1]
    var start = last.start
    while start > object.range.lowerBound + 1, isSpace(start - 1) { start -= 1 }
    return spaces(start..<last.start)
  }

  private func isSpace(_ offset: Int) -> Bool {
    text.bytes[offset].isSpace
  }

  /// White space of the text; no secret by what it is.
  private func spaces(_ range: Range<Int>) -> String {
    let bytes = text.bytes
    return String(decoding: range.map { bytes[$0] }.filter { $0 <= 0x20 }, as: UTF8.self)
  }

  /// How the file sets out its members, seen from the first of them.
  private struct Style {
    /// What each step of depth puts before a line; nil where all stands on one line.
    let indent: String?
    let lineEnd: String
    let afterColon: String

    init(_ document: borrowing JSONDocument) {
      let root = document.root
      guard let first = root.members.first else {
        indent = "\t"  // as docker writes it
        lineEnd = "\n"
        afterColon = " "
        return
      }
      let space = document.spaces((root.range.lowerBound + 1)..<first.start)
      lineEnd = space.contains("\r\n") ? "\r\n" : "\n"
      indent =
        space.unicodeScalars.contains("\n")
        ? String(space.unicodeScalars.filter { $0 != "\n" && $0 != "\r" }.map(Character.init)) : nil
      afterColon =
        document.isSpace(first.value.range.lowerBound - 1) || first.value.range.isEmpty ? " " : ""
    }

    func lineStart(_ depth: Int) -> String {
      guard let indent else { return "" }
      return lineEnd + String(repeating: indent, count: depth)
    }

    /// A member, with the objects around its value that are missing.
    func member(
      _ names: ArraySlice<String>, _ value: [TextEdit.Piece], depth: Int
    ) throws(VaultError) -> [TextEdit.Piece] {
      guard let name = names.first else { return value }
      let start: [TextEdit.Piece] = [.text("\(try name.jsonQuoted()):\(afterColon)")]
      guard names.count > 1 else { return start + value }
      return start + [.text("{" + lineStart(depth + 1))]
        + (try member(names.dropFirst(), value, depth: depth + 1)) + [.text(lineStart(depth) + "}")]
    }
  }
}

extension String {
  /// The text as a JSON string, quotes included; only for what is no secret.
  func jsonQuoted() throws(VaultError) -> String {
    let utf8 = Array(self.utf8)
    let text = try SecretBytes(capacity: utf8.bytes.jsonLength) { (output) throws(VaultError) in
      try output.append(jsonString: utf8.bytes)
    }
    return unsafe text.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
