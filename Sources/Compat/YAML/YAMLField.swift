internal import SealedFormat
internal import Vault
internal import Yams

/// A key and its value, merge keys (`<<`) written out.
struct YAMLField {
  let key: Node
  let value: Node
  /// Whether the value stands elsewhere in the file too: it is an alias or came by a merge key.
  var isShared = false

  /// Whether a node is an alias: it then carries the position of what it stands for, which lies
  /// before that of its own predecessor.
  static func isAlias(_ node: Node, after other: Node) -> Bool {
    guard let mark = node.mark, let before = other.mark else { return true }
    return (mark.line, mark.column) < (before.line, before.column)
  }

  /// The fields of a mapping; those that it has itself win over those that it merges.
  ///
  /// - Parameters:
  ///   - field: The field whose value is the mapping.
  ///   - name: What it is, for messages.
  ///   - text: The file.
  /// - Returns: The fields, in the order of the file.
  /// - Throws: `damaged` where it is no mapping.
  static func fields(
    of field: YAMLField, _ name: String, _ text: borrowing YAMLText
  ) throws(VaultError) -> [YAMLField] {
    guard case .mapping(let mapping) = field.value else {
      throw text.refusing(
        "\(name) must have keys and values, not be \(field.value.kind)",
        line: text.line(of: field.key))
    }
    let isShared = field.isShared || isAlias(field.value, after: field.key)
    var own: [YAMLField] = []
    var merged: [YAMLField] = []
    for (key, value) in mapping {
      guard key.scalar?.string == "<<", key.scalar?.style == .plain else {
        own.append(
          YAMLField(key: key, value: value, isShared: isShared || isAlias(value, after: key)))
        continue
      }
      let sources: [Node] = if case .sequence(let items) = value { Array(items) } else { [value] }
      for source in sources {
        merged += try fields(of: YAMLField(key: key, value: source, isShared: true), name, text)
      }
    }
    for field in merged where !own.contains(where: { $0.key == field.key }) { own.append(field) }
    return own
  }
}

extension Node {
  /// Whether this is a plain scalar that means null.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// What this is, for messages.
  var kind: String {
    switch self {
    case .scalar(let scalar) where scalar.style != .plain: "a quoted text"
    case .scalar: "a text"
    case .sequence: "a list"
    case .mapping: "a list of keys and values"
    case .alias: "an alias"
    }
  }
}
