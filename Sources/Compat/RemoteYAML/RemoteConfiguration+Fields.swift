internal import SealedFormat

// Changes of single fields, of remotes and of entries alike.
extension RemoteConfiguration {
  /// Puts something in the place of a scalar.
  ///
  /// Returns false if the scalar is written in a way that is not edited.
  func replace(_ value: YAMLNode, with pieces: [TextEdit.Piece], _ edit: inout TextEdit) -> Bool {
    guard value.isOnOneLine, !value.hasProperties else { return false }
    // Without a value yet, its place is right behind the colon.
    edit.replace(value.range, with: (value.range.isEmpty ? [.text(" ")] : []) + pieces)
    return true
  }

  /// Adds fields to a mapping, behind its URI, where Apptainer writes them, or as its first.
  ///
  /// Returns false if the mapping is written in a way that is not edited.
  ///
  /// - Parameters:
  ///   - fields: Each one "key: value".
  ///   - owner: The key of the mapping, or what else it stands behind.
  borrowing func add(
    _ fields: [[TextEdit.Piece]], to mapping: YAMLNode, of owner: YAMLNode?, _ edit: inout TextEdit
  ) -> Bool {
    guard !fields.isEmpty else { return true }
    guard let old = mapping.fields, !mapping.isAlias else { return false }
    let uri = mapping["URI"]
    if let uri, !uri.value.isOnOneLine { return false }
    if mapping.isFlow {
      // A single pair in a list needs no braces: "[a: b]".
      guard old.first?.key.start.offset != mapping.start.offset else { return false }
      let comma = [TextEdit.Piece.text(", ")]
      let place =
        uri?.value.range.upperBound ?? old.first?.key.start.offset ?? mapping.end.offset - 1
      let list = Array(fields.joined(separator: comma))
      edit.replace(
        place..<place, with: uri != nil ? comma + list : old.isEmpty ? list : list + comma)
      return true
    }
    guard let first = old.first?.key.start, let line = uri?.value.end.line ?? owner?.line,
      uri != nil || line < first.line
    else { return false }
    let indent = TextEdit.Piece.text(String(repeating: " ", count: first.column))
    edit.insert(
      fields.map { [indent] + $0 }, after: line - 1, of: text.lines, lineEnd: lineEnd)
    return true
  }

  /// Where `[]`, `{}` or null stands behind a key, with the spaces before it.
  borrowing func emptyValue(_ value: YAMLNode) -> Range<Int>? {
    guard value.count == 1, value.isNull || value.isFlow, value.start.line == value.end.line,
      !value.hasProperties
    else { return nil }
    let bytes = text.bytes.bytes
    var start = value.start.offset
    while start > 0, " \t".utf8.contains(bytes[start - 1]) { start -= 1 }
    guard start > 0, bytes[start - 1] == UInt8(ascii: ":") else { return nil }
    return start..<value.range.upperBound
  }

  /// Adds a field of the top level: behind all others, or as the file's first.
  ///
  /// - Parameters:
  ///   - field: The lines of the field.
  ///   - whole: All lines of a file that has nothing yet.
  /// - Throws: `damaged` if the file is written in a way that is not edited.
  borrowing func addAtEnd(
    _ field: [[TextEdit.Piece]], toEmpty whole: [[TextEdit.Piece]], _ edit: inout TextEdit
  ) throws(VaultError) {
    guard let root = text.root, !(root.isNull && root.range.isEmpty) else {
      edit.insert(whole, after: lastLine, of: text.lines, lineEnd: lineEnd)
      return
    }
    if root.isNull {
      let lines = Array(whole.joined(separator: [.text(lineEnd)]))
      guard replace(root, with: lines, &edit) else {
        throw notEditable("the file is unusual", root)
      }
      return
    }
    guard !root.isFlow else { throw notEditable("the file is written with brackets ({…})", root) }
    edit.insert(field, after: lastLine, of: text.lines, lineEnd: lineEnd)
  }
}
