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

  /// The document that an absent file stands for.
  static func empty(path: String) throws(VaultError) -> JSONDocument {
    let text = Array("{}\n".utf8)
    return try JSONDocument(try SecretBytes(copying: text.bytes), path: path)
  }

  private static func parse(
    _ text: borrowing SecretBytes, path: String
  ) throws(VaultError) -> (JSONNode, Bool) {
    let bytes = text.bytes
    let hasMark = bytes.byteCount >= 3 && (0..<3).allSatisfy { bytes[$0] == mark[$0] }
    let base = hasMark ? 3 : 0
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

  /// A string that is a secret; nil where the value is none.
  func secret(_ node: JSONNode?) throws(VaultError) -> SecretBytes? {
    guard let node, node.kind == .string else { return nil }
    var reader = JSONReader(text.bytes.extracting(node.range), name: path)
    return try reader.readSecret()
  }
}
