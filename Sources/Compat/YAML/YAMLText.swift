internal import SealedFormat
internal import Vault
internal import Yams

/// A YAML file with its bytes, lines and structure, checked against what could hurt a reader.
struct YAMLText: ~Copyable {
  /// The deepest nesting that is read.
  static let deepest = 32
  /// The most aliases that are read; each can at most multiply what the others stand for.
  static let mostAliases = 16
  /// The most nodes that are read, each alias counted as what it stands for.
  static let mostNodes = 200_000

  /// The file, secrets and all.
  let bytes: SecretBytes
  let lines: TextLines
  /// The structure with all secrets masked; nil where there is nothing but comments.
  let root: Node?
  /// The file's path, for messages.
  let path: String

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - path: Its path, for messages.
  /// - Throws: `damaged`, with the line, for what is no YAML or too much of it.
  init(_ bytes: consuming SecretBytes, path: String) throws(VaultError) {
    let lines = TextLines(bytes.bytes)
    let masked = try checkedText(bytes.bytes, lines, path: path)
    let root = try compose(masked, path: path)
    var nodes = Self.mostNodes
    if let root { try checkSize(of: root, depth: 1, nodes: &nodes, path: path) }
    self.root = root
    self.bytes = bytes
    self.lines = lines
    self.path = path
  }

  /// The line of a node, counted from 1.
  func line(of node: Node) -> Int { node.mark?.line ?? 1 }

  /// Where a node begins in the file.
  func offset(of node: Node) -> Int? {
    guard let mark = node.mark else { return nil }
    return lines.offset(line: mark.line - 1, column: mark.column - 1, in: bytes.bytes)
  }

  /// The byte with which a node begins, which tells its style; nil at the end of the file.
  func firstByte(of node: Node) -> UInt8? {
    guard let offset = offset(of: node), offset < bytes.count else { return nil }
    return bytes.bytes[offset]
  }

  /// Whether a node has an anchor or a tag, or is an alias.
  func hasProperties(_ node: Node) -> Bool {
    guard let first = firstByte(of: node) else { return false }
    return "&!*".utf8.contains(first)
  }

  /// Whether a mapping or sequence is written with brackets.
  func isFlow(_ node: Node) -> Bool {
    guard let first = firstByte(of: node) else { return false }
    return "{[".utf8.contains(first)
  }

  /// The scalar of a node as it stands in the file; nil where it is not alone on one line.
  func token(of node: Node, isInFlow: Bool) -> ScalarToken? {
    guard let offset = offset(of: node), let mark = node.mark else { return nil }
    let end =
      lines.lines.indices.contains(mark.line - 1)
      ? lines.lines[mark.line - 1].content.upperBound : offset
    return ScalarToken(at: offset, to: end, of: bytes.bytes, isInFlow: isInFlow)
  }

  /// An error that names the file and a line of it.
  func refusing(_ reason: String, line: Int) -> VaultError {
    damaged(path, line: line, reason)
  }
}

private func damaged(_ path: String, line: Int, _ reason: String) -> VaultError {
  VaultError(.damaged, "\(path) line \(line): \(reason)")
}

/// The masked text, if it is UTF-8 of characters that YAML allows.
private func checkedText(
  _ bytes: RawSpan, _ lines: TextLines, path: String
) throws(VaultError) -> String {
  let masked = SecretMask.masking(bytes, lines)
  do {
    _ = try UTF8Span(validating: masked.span)
  } catch let error {
    let line = lines.line(of: error.byteOffsets.lowerBound + lines.markCount)
    throw damaged(path, line: line + 1, "it is not UTF-8")
  }
  let text = String(decoding: masked, as: UTF8.self)
  var offset = lines.markCount
  for scalar in text.unicodeScalars {
    guard isAllowed(scalar) else {
      throw damaged(
        path, line: lines.line(of: offset) + 1,
        "it has a character that YAML does not allow (U+\(String(scalar.value, radix: 16)))")
    }
    offset += UTF8.width(scalar)
  }
  var aliases = 0
  for line in lines.lines {
    aliases += countAliases(in: line.content, of: bytes)
    guard aliases <= YAMLText.mostAliases else {
      throw damaged(
        path, line: lines.line(of: line.content.lowerBound) + 1,
        "it has more than \(YAMLText.mostAliases) aliases (\"*name\"): write the values out")
    }
  }
  return text
}

private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xfefe, 0xff00...0xfffd, 0x10000...: true
  default: false
  }
}

/// Counts what may be an alias, never too few: a line that begins with "#" has none.
private func countAliases(in line: Range<Int>, of text: RawSpan) -> Int {
  guard let first = line.first(where: { !" \t".utf8.contains(text[$0]) }),
    text[first] != UInt8(ascii: "#")
  else { return 0 }
  return line.count { offset in
    text[offset] == UInt8(ascii: "*")
      && (offset == line.lowerBound || " \t,[{:-?".utf8.contains(text[offset - 1]))
  }
}

/// The one place where a file's text crosses into `String`, because the library takes nothing else.
///
/// What is left behind in unwiped memory: names, addresses, comments. Secrets are masked by then,
/// unless the file writes one in a way that is refused right after (a block scalar, an escaped key).
private func compose(_ masked: String, path: String) throws(VaultError) -> Node? {
  do {
    // The basic resolver takes every scalar as text, so that 12 and "12" are one key.
    return try Parser(yaml: masked, resolver: .basic, encoding: .utf8).singleRoot()
  } catch let error as YamlError {
    throw refusal(error, path: path)
  } catch {
    throw damaged(path, line: 1, "it is not YAML")
  }
}

/// The library's reason in our words.
///
/// Its own description quotes the file, so it is not passed on.
private func refusal(_ error: YamlError, path: String) -> VaultError {
  switch error {
  case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
    .composer(_, let problem, let mark, _):
    if problem.contains("cannot start any token") || problem.contains("tab character") {
      damaged(
        path, line: mark.line,
        "something stands there that begins no value; indent with spaces, not with tabs")
    } else if problem.contains("another document") {
      damaged(path, line: mark.line, "a second document begins; only one is read")
    } else if problem.contains("nesting level") {
      damaged(path, line: mark.line, "it is nested more than \(YAMLText.deepest) deep")
    } else {
      damaged(path, line: mark.line, "it is not YAML: \(problem)")
    }
  case .duplicatedKeysInMapping(let keys, let context):
    damaged(
      path, line: context.mark.line,
      "the key \"\((keys.first ?? "").escapingControls)\" is there more than once: remove one")
  default:
    damaged(path, line: 1, "it is not YAML, or nested too deeply")
  }
}

private func checkSize(
  of node: Node, depth: Int, nodes: inout Int, path: String
) throws(VaultError) {
  nodes -= 1
  guard depth <= YAMLText.deepest, nodes > 0 else {
    throw damaged(
      path, line: node.mark?.line ?? 1,
      depth > YAMLText.deepest
        ? "it is nested more than \(YAMLText.deepest) deep" : "it has too many values")
  }
  switch node {
  case .scalar, .alias:
    return
  case .sequence(let items):
    for item in items { try checkSize(of: item, depth: depth + 1, nodes: &nodes, path: path) }
  case .mapping(let fields):
    for (key, value) in fields {
      try checkSize(of: key, depth: depth + 1, nodes: &nodes, path: path)
      try checkSize(of: value, depth: depth + 1, nodes: &nodes, path: path)
    }
  }
}
