internal import SealedFormat
internal import Vault
internal import Yams

/// Where a list in block style stands: one item a line or more, each behind a dash.
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
  /// The lines of `Credentials` and its items.
  ///
  /// - Throws: `damaged` where it is not written as Apptainer writes it, one item below the other.
  borrowing func blockList(_ list: Node) throws(VaultError) -> BlockList {
    guard let mark = list.mark, let last = layout.items.last, !text.isFlow(list) else {
      throw notEditable("Credentials is written with brackets ([…])", list)
    }
    let column = mark.column - 1
    let end = lineAfterCredentials(mark.line - 1)
    let dashes = ((mark.line - 1)..<end).filter { isDash(atLine: $0, column: column) }
    guard dashes.count == layout.items.count else {
      throw notEditable("the layout of Credentials is unusual", list)
    }
    var items: [ClosedRange<Int>] = []
    for (index, dash) in dashes.enumerated() {
      let next = index + 1 < dashes.count ? dashes[index + 1] : end
      guard let item = layout.items[index].node.mark, item.line > dash, item.line <= next else {
        throw notEditable("the layout of Credentials is unusual", list)
      }
      var last = next - 1
      while last > dash, !belongsToItem(line: last, dashColumn: column) { last -= 1 }
      items.append(dash...last)
    }
    let key = last.node.mark.map { $0.column - 1 } ?? 0
    let isOnDashLine = last.node.mark?.line == dashes.last.map { $0 + 1 }
    return BlockList(
      dashColumn: column, keyColumn: isOnDashLine && !last.node.isNull ? key : column + 2,
      items: items)
  }

  /// The refusal to edit what is read without complaint.
  borrowing func notEditable(_ reason: String, _ node: Node) -> VaultError {
    text.refusing(
      "\(reason), which is read, but not edited: write each entry as a line \"- URI: …\" with "
        + "\"Auth:\" and \"Insecure:\" on lines of their own below it, and try again",
      line: text.line(of: node))
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
    guard case .mapping(let mapping)? = text.root,
      let remotes = mapping.first(where: { $0.key.scalar?.string == "Remotes" })?.value,
      case .mapping(let names) = remotes, !text.isFlow(remotes),
      let column = names.first?.key.mark?.column
    else { return (root + 4, root + 6) }
    let width = column - 1 - root
    // The writer with two columns (yaml.v2) does not indent lists.
    return width == 2 ? (root, root + 2) : (root + width, root + width + 2)
  }

  /// The column of the top-level keys.
  var rootColumn: Int {
    guard case .mapping(let mapping)? = text.root else { return 0 }
    return (mapping.first?.key.mark?.column ?? 1) - 1
  }

  /// The last line to which an addition at the end can be made; nil for a file without lines.
  var lastLine: Int? {
    text.lines.lines.indices.last { !isDocumentEnd(line: $0) }
  }

  private borrowing func lineAfterCredentials(_ line: Int) -> Int {
    var end = text.lines.lines.count
    if case .mapping(let mapping)? = text.root {
      for (key, _) in mapping {
        if let next = key.mark?.line, next - 1 > line { end = min(end, next - 1) }
      }
    }
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
