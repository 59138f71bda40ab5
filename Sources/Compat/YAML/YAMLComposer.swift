internal import SealedFormat

/// The structure of a file's one document.
struct YAMLTree {
  /// Nil if the file has nothing but comments.
  let root: YAMLNode?
  /// Where keys stand, and values that are certainly not secret, in order.
  let publicRanges: [Range<Int>]
  /// The first key that occurs twice in its mapping.
  ///
  /// It is not thrown, because keys that differ may look the same while they are masked.
  let duplicate: VaultError?
}

/// Builds the tree of a file's one document from the parser's events, within limits.
struct YAMLComposer: ~Copyable {
  /// The deepest nesting that is read.
  static let deepest = 32
  /// The most aliases that are read; each can at most multiply what the others stand for.
  static let mostAliases = 16
  /// The most nodes that are read, each alias counted as what it stands for.
  static let mostNodes = 200_000
  /// The keys in a remote.yaml whose values are read and are no secret.
  private static let publicNames: Set<ByteText> = [
    "Active", "URI", "System", "Exclusive", "Insecure", "Skip", "External",
  ]

  private var parser: YAMLParser
  private let path: String
  private var anchors: [ByteText: YAMLNode] = [:]
  private var aliases = 0
  private var nodes = 0
  private var publicRanges: [Range<Int>] = []
  private var duplicate: VaultError?

  private init(_ parser: consuming YAMLParser, path: String) {
    self.parser = parser
    self.path = path
  }

  /// Reads all events of a parser; the path is for messages.
  ///
  /// - Throws: `damaged`, with the line and the reason.
  static func compose(
    _ parser: consuming YAMLParser, path: String
  ) throws(VaultError) -> YAMLTree {
    var composer = YAMLComposer(parser, path: path)
    let root = try composer.root()
    return YAMLTree(
      root: root, publicRanges: composer.publicRanges, duplicate: composer.duplicate)
  }

  private mutating func root() throws(VaultError) -> YAMLNode? {
    _ = try parser.next()
    guard case .documentStart = try parser.next().kind else { return nil }
    let root = try node(try parser.next(), depth: 1)
    _ = try parser.next()
    let end = try parser.next()
    guard case .streamEnd = end.kind else {
      throw .damaged(path, line: end.start.line, "a second document begins; only one is read")
    }
    return root
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(VaultError) -> YAMLNode {
    try checkLimits(adding: 1, height: 1, depth: depth, line: event.start.line)
    var node: YAMLNode
    switch event.kind {
    case .alias(let name): return try alias(of: name, event, depth: depth)
    case .sequenceStart(let isFlow): node = try sequence(event, isFlow: isFlow, depth: depth)
    case .mappingStart(let isFlow): node = try mapping(event, isFlow: isFlow, depth: depth)
    case .scalar(let text, let style):
      node = YAMLNode(content: .scalar(text, style), start: event.start, end: event.end)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      throw VaultError(.internalFault, "libyaml reported a value where none can be")
    }
    node.tag = event.tag
    node.hasAnchor = event.anchor != nil
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func alias(
    of name: ByteText, _ event: YAMLEvent, depth: Int
  ) throws(VaultError) -> YAMLNode {
    let line = event.start.line
    aliases += 1
    guard aliases <= Self.mostAliases else {
      throw .damaged(
        path, line: line,
        "it has more than \(Self.mostAliases) aliases (\"*name\"): write the values out")
    }
    guard let source = anchors[name] else {
      throw .damaged(path, line: line, "it is not YAML: found undefined alias")
    }
    try checkLimits(adding: source.count - 1, height: source.height, depth: depth, line: line)
    return YAMLNode(
      content: source.content, isFlow: source.isFlow, isAlias: true, start: event.start,
      end: event.end, count: source.count, height: source.height)
  }

  private mutating func sequence(
    _ event: YAMLEvent, isFlow: Bool, depth: Int
  ) throws(VaultError) -> YAMLNode {
    var items: [YAMLNode] = []
    while true {
      let next = try parser.next()
      if case .sequenceEnd = next.kind {
        return YAMLNode(
          content: .sequence(items), isFlow: isFlow, start: event.start, end: next.end,
          count: items.reduce(1) { $0 + $1.count },
          height: 1 + (items.map(\.height).max() ?? 0))
      }
      items.append(try node(next, depth: depth + 1))
    }
  }

  private mutating func mapping(
    _ event: YAMLEvent, isFlow: Bool, depth: Int
  ) throws(VaultError) -> YAMLNode {
    var fields: [YAMLField] = []
    var known: [YAMLNode.Content: Int] = [:]
    while true {
      let next = try parser.next()
      if case .mappingEnd = next.kind {
        return YAMLNode(
          content: .mapping(fields), isFlow: isFlow, start: event.start, end: next.end,
          count: fields.reduce(1) { $0 + $1.key.count + $1.value.count },
          height: 1 + (fields.map { max($0.key.height, $0.value.height) }.max() ?? 0))
      }
      let key = try node(next, depth: depth + 1)
      if let line = known.updateValue(key.line, forKey: key.contentAsKey), duplicate == nil {
        duplicate = .damaged(
          path, line: line,
          "the key \"\(key.text?.string.escapingControls ?? "")\" is there more than once, again on "
            + "line \(key.line): remove one")
      }
      if key.text != nil { publicRanges.append(key.range) }
      let value = try node(try parser.next(), depth: depth + 1)
      if let name = key.text, Self.publicNames.contains(name), value.text != nil {
        publicRanges.append(value.range)
      }
      fields.append(YAMLField(key: key, value: value))
    }
  }

  private mutating func checkLimits(
    adding count: Int, height: Int, depth: Int, line: Int
  ) throws(VaultError) {
    guard depth + height - 1 <= Self.deepest else {
      throw .damaged(path, line: line, "it is nested more than \(Self.deepest) deep")
    }
    nodes += count
    guard nodes < Self.mostNodes else { throw .damaged(path, line: line, "it has too many values") }
  }
}

extension YAMLNode {
  /// The content by which keys are the same: 12 and "12" are one key.
  fileprivate var contentAsKey: Content {
    if let text { .scalar(text, .plain) } else { content }
  }
}
