internal import SealedFormat

/// The lines and columns of a list in block style: each item begins behind a dash on its own line.
struct BlockList {
  /// The column of the dashes, counted from 0.
  let dashColumn: Int
  /// The column of an item's keys.
  let keyColumn: Int
  /// The lines of each item, from its dash to its last line that is not empty and no comment of a
  /// lesser depth.
  let items: [ClosedRange<Int>]
}

extension RemoteConfiguration {
  /// The field `Credentials`; nil if the file has none.
  var credentialsField: YAMLField? { text.root?["Credentials"] }

  /// The lines of `Credentials` and its items.
  ///
  /// - Throws: `damaged` if it is not written as Apptainer writes it, one item below the other.
  borrowing func blockList(_ list: YAMLNode) throws(VaultError) -> BlockList {
    guard let last = credentials.last, !list.isFlow else {
      throw notEditable("Credentials is written with brackets ([…])", list)
    }
    let column = list.start.column
    let end = lineAfterCredentials(list.line - 1)
    let dashes = ((list.line - 1)..<end).filter { isDash(atLine: $0, column: column) }
    guard dashes.count == credentials.count else {
      throw notEditable("the layout of Credentials is unusual", list)
    }
    var items: [ClosedRange<Int>] = []
    for (index, dash) in dashes.enumerated() {
      let next = index + 1 < dashes.count ? dashes[index + 1] : end
      guard credentials[index].line > dash, credentials[index].line <= next else {
        throw notEditable("the layout of Credentials is unusual", list)
      }
      var last = next - 1
      while last > dash, !belongsToItem(line: last, dashColumn: column) { last -= 1 }
      items.append(dash...last)
    }
    let isOnDashLine = last.line == dashes.last.map { $0 + 1 }
    return BlockList(
      dashColumn: column,
      keyColumn: isOnDashLine && !last.node.isNull ? last.node.start.column : column + 2,
      items: items)
  }

  /// The refusal to edit what is read without complaint.
  borrowing func notEditable(_ reason: String, _ node: YAMLNode) -> VaultError {
    text.refusing(
      "\(reason), which is read, but not edited: write each entry as a line \"- URI: …\" with "
        + "\"Auth:\" and \"Insecure:\" on lines of their own below it, and try again",
      line: node.line)
  }

  /// How a line ends here.
  var lineEnd: String {
    guard let first = text.lines.lines.first, first.hasLineEnd else { return "\n" }
    return text.bytes.bytes[first.content.upperBound] == UInt8(ascii: "\r")
      && first.next - first.content.upperBound == 2 ? "\r\n" : "\n"
  }

  /// The columns for the first item of a list, in the style of the library that wrote the file.
  var styleOfNewList: (dash: Int, key: Int) {
    let root = rootColumn
    guard let remotes = text.root?["Remotes"]?.value, !remotes.isFlow,
      let column = remotes.fields?.first?.key.start.column
    else { return (root + 4, root + 6) }
    let width = column - root
    // The writer with two columns (yaml.v2) does not indent lists.
    return width == 2 ? (root, root + 2) : (root + width, root + width + 2)
  }

  /// The column of the top-level keys.
  var rootColumn: Int { text.root?.fields?.first?.key.start.column ?? 0 }

  /// The last line to which an addition at the end can be made; nil for a file without lines.
  var lastLine: Int? {
    text.lines.lines.indices.last { !isDocumentEnd(line: $0) }
  }

  private borrowing func lineAfterCredentials(_ line: Int) -> Int {
    let next = (text.root?.fields ?? []).map { $0.key.line - 1 }.filter { $0 > line }.min()
    let end = next ?? text.lines.lines.count
    return (line..<end).first { isDocumentEnd(line: $0) } ?? end
  }

  private borrowing func isDocumentEnd(line: Int) -> Bool {
    let content = text.lines.lines[line].content
    let bytes = text.bytes.bytes
    return content.count >= 3
      && (0..<3).allSatisfy { bytes[content.lowerBound + $0] == UInt8(ascii: ".") }
  }

  private borrowing func isDash(atLine line: Int, column: Int) -> Bool {
    let content = text.lines.lines[line].content
    let bytes = text.bytes.bytes
    let dash = content.lowerBound + column
    return dash < content.upperBound && bytes[dash] == UInt8(ascii: "-")
      && (content.lowerBound..<dash).allSatisfy { bytes[$0] == UInt8(ascii: " ") }
      && (dash + 1 == content.upperBound || " \t".utf8.contains(bytes[dash + 1]))
  }

  /// A comment belongs to an item as long as it stands deeper than the item's dash.
  private borrowing func belongsToItem(line: Int, dashColumn: Int) -> Bool {
    let content = text.lines.lines[line].content
    let bytes = text.bytes.bytes
    guard let first = content.first(where: { !" \t".utf8.contains(bytes[$0]) }) else {
      return false
    }
    return bytes[first] != UInt8(ascii: "#") || first - content.lowerBound > dashColumn
  }
}
