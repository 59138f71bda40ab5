internal import SealedFormat
internal import Vault

/// A JSON file of another program, with the places of its values, so that it can be changed and every
/// other byte stays as it is: order, white space, line ends, unknown members.
///
/// The text may hold secrets, so it lies in guarded memory, and a string leaves it only where it is
/// asked for by place.
struct JSONDocument: ~Copyable {
  private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// All of the file.
  let text: SecretBytes
  /// The file's absolute path, for messages.
  let path: String
  /// The object that the file is.
  let root: JSONNode
  /// Whether it begins with a byte order mark, which most programs refuse.
  let hasMark: Bool

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: All of the file.
  ///   - path: The file's path, for messages.
  /// - Throws: `damaged`, with line and reason, for what is no JSON object, not UTF-8, or has a member
  ///   twice.
  init(_ text: consuming SecretBytes, path: String) throws(VaultError) {
    let (root, hasMark) = try Self.parse(text, path: path)
    self.text = text
    self.path = path
    self.root = root
    self.hasMark = hasMark
  }

  /// Reads a text, or begins an empty object if there is no text or one that says nothing.
  static func readOrEmpty(
    _ text: consuming SecretBytes?, path: String
  ) throws(VaultError) -> JSONDocument {
    let empty = Array("{}\n".utf8)
    guard let text, !saysNothing(text) else {
      return try JSONDocument(try SecretBytes(copying: empty.bytes), path: path)
    }
    return try JSONDocument(text, path: path)
  }

  /// Whether a text is only white space or `null`, which clients leave behind or take for an empty file.
  static func saysNothing(_ text: borrowing SecretBytes) -> Bool {
    let text = text.bytes
    var content: [UInt8] = []
    for offset in (hasMark(text) ? mark.count : 0)..<text.byteCount {
      guard ![0x20, 0x09, 0x0a, 0x0d].contains(text[offset]) else { continue }
      guard content.count < 4 else { return false }
      content.append(text[offset])
    }
    return content.isEmpty || content.elementsEqual("null".utf8)
  }

  private static func hasMark(_ text: RawSpan) -> Bool {
    text.byteCount >= mark.count && mark.indices.allSatisfy { text[$0] == mark[$0] }
  }

  private static func parse(
    _ text: borrowing SecretBytes, path: String
  ) throws(VaultError) -> (JSONNode, Bool) {
    let bytes = text.bytes
    let hasMark = hasMark(bytes)
    let base = hasMark ? mark.count : 0
    var reader = JSONReader(bytes.extracting(base..<bytes.byteCount), name: path)
    guard try reader.nextKind() == .object else {
      throw VaultError(.damaged, "\(path) is not a JSON object: it begins with something else")
    }
    let root = try JSONNode(&reader, base: base)
    try reader.finish()
    return (root, hasMark)
  }

  /// Gives the text away.
  consuming func takeText() -> SecretBytes { text }

  /// The line of a place, counted from 1.
  func line(of offset: Int) -> Int {
    let bytes = text.bytes
    return (0..<min(offset, bytes.byteCount)).reduce(1) {
      $0 + (bytes[$1] == UInt8(ascii: "\n") ? 1 : 0)
    }
  }

  /// The lines of several places, which are in their order.
  func lines(of offsets: [Int]) -> [Int] {
    let bytes = text.bytes
    var line = 1
    var place = 0
    return offsets.map { offset in
      while place < min(offset, bytes.byteCount) {
        if bytes[place] == UInt8(ascii: "\n") { line += 1 }
        place += 1
      }
      return line
    }
  }

  /// Why a value is not what it should be.
  func malformed(_ node: JSONNode, _ reason: String) -> VaultError {
    VaultError(.damaged, "\(path), line \(line(of: node.range.lowerBound)): \(reason)")
  }

  /// A string that is no secret; nil where the value is none.
  func string(_ node: JSONNode?) throws(VaultError) -> String? {
    guard let node, node.kind == .string else { return nil }
    var reader = JSONReader(text.bytes.extracting(node.range), name: path)
    return try reader.readString()
  }

  /// Where the bytes of a string stand, without quotes; nil for one that has escapes.
  func verbatim(_ node: JSONNode) -> Range<Int>? {
    guard node.kind == .string else { return nil }
    let content = (node.range.lowerBound + 1)..<(node.range.upperBound - 1)
    return content.contains { text.bytes[$0] == UInt8(ascii: "\\") } ? nil : content
  }

  /// A string that is a secret; nil where the value is none.
  func secret(_ node: JSONNode?) throws(VaultError) -> SecretBytes? {
    guard let node, node.kind == .string else { return nil }
    var reader = JSONReader(text.bytes.extracting(node.range), name: path)
    return try reader.readSecret()
  }
}
