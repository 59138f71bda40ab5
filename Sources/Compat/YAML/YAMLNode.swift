/// A value of a YAML file, and where it stands.
struct YAMLNode: Sendable {
  enum Content: Hashable, Sendable {
    case scalar(ByteText, YAMLScalarStyle)
    case sequence([YAMLNode])
    case mapping([YAMLField])
  }

  let content: Content
  /// Whether it is a sequence or mapping written with brackets.
  var isFlow = false
  var hasAnchor = false
  var tag: ByteText?
  /// Whether an alias stands there; the content is then that of the anchor.
  var isAlias = false
  /// Where it begins, its anchor and tag included.
  let start: YAMLMark
  /// Where it ends; for a block sequence or mapping, where the next token begins.
  let end: YAMLMark
  /// How many nodes it consists of, itself included; an alias counts as what it stands for.
  var count = 1
  /// How many levels it has.
  var height = 1

  var range: Range<Int> { start.offset..<max(start.offset, end.offset) }
  var line: Int { start.line }

  /// Whether it has an anchor or a tag, or is an alias.
  var hasProperties: Bool { hasAnchor || tag != nil || isAlias }

  var text: ByteText? { if case .scalar(let text, _) = content { text } else { nil } }

  var fields: [YAMLField]? { if case .mapping(let fields) = content { fields } else { nil } }

  /// The field of a mapping that has this name itself, and not by a merge key.
  subscript(_ name: ByteText) -> YAMLField? { fields?.first { $0.name == name } }

  /// Whether this is a plain scalar that means null.
  var isNull: Bool {
    if case .scalar(let text, .plain) = content { ByteText.nullWords.contains(text) } else { false }
  }

  /// Whether it is a scalar that begins and ends on one line.
  var isOnOneLine: Bool { text != nil && start.line == end.line }

  /// What this is, for messages.
  var kind: String {
    switch content {
    case .scalar(_, .plain): "a text"
    case .scalar: "a quoted text"
    case .sequence: "a list"
    case .mapping: "a list of keys and values"
    }
  }
}

/// Nodes are equal if they say the same in the same way; where they stand does not count.
extension YAMLNode: Hashable {
  static func == (one: YAMLNode, other: YAMLNode) -> Bool {
    one.count == other.count && one.isFlow == other.isFlow && one.isAlias == other.isAlias
      && one.hasAnchor == other.hasAnchor && one.tag == other.tag && one.content == other.content
  }

  func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension ByteText {
  static let nullWords: [ByteText] = ["", "~", "null", "Null", "NULL"]
}
