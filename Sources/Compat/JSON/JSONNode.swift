internal import SealedFormat
internal import Vault

/// A value of a JSON text: what it is and where it stands.
struct JSONNode {
  /// One member of an object.
  struct Member {
    let name: String
    /// Where the name begins, with its quote.
    let start: Int
    let value: JSONNode
  }

  let kind: JSONReader.Kind
  /// The bytes of the value, with its quotes or brackets.
  let range: Range<Int>
  /// The members of an object, in their order; empty for everything else.
  let members: [Member]

  /// The member of a name, compared byte by byte.
  subscript(name: String) -> JSONNode? {
    members.first { $0.name.hasSameBytes(as: name) }?.value
  }

  /// The members that Go takes for a field of its own, in their order: the case of the name does not
  /// count, and the last of them wins.
  func fields(_ name: String) -> [Member] { members.filter { $0.name.isGoField(name) } }

  /// The value at the end of a path of names.
  func value(at path: [String]) -> JSONNode? {
    path.reduce(self) { node, name in node?[name] }
  }

  /// Reads the value that comes next.
  ///
  /// - Parameters:
  ///   - reader: Stands before the value.
  ///   - base: How many bytes lie before those that the reader sees.
  /// - Throws: `damaged` where the text is malformed.
  init(_ reader: inout JSONReader, base: Int) throws(VaultError) {
    kind = try reader.nextKind()
    let start = reader.offset
    var members: [Member] = []
    if kind == .object {
      try reader.beginObject()
      while let name = try reader.nextMember() {
        let start = reader.memberStart
        members.append(
          Member(name: name, start: base + start, value: try JSONNode(&reader, base: base)))
      }
    } else {
      try reader.skipValue()
    }
    self.members = members
    range = (base + start)..<(base + reader.offset)
  }
}
