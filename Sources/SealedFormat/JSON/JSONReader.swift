/// Walks a JSON text (RFC 8259) from front to back and hands out the values that are asked for.
///
/// Nothing is kept of the text, so that a secret in it goes straight into guarded memory. What is
/// not asked for is skipped, and checked like the rest: a member that comes twice, a wrong escape or
/// bytes that are not UTF-8 make the whole text invalid, wherever they stand.
///
///     var reader = JSONReader(text, name: "the answer")
///     try reader.beginObject()
///     while let member = try reader.nextMember() {
///       if member == "token" { token = try reader.readSecret() }
///     }
///     try reader.finish()
package struct JSONReader: ~Escapable {
  /// How deep objects and arrays may stand in one another.
  package static let deepest = 64

  /// What a value is.
  package enum Kind: Sendable {
    case object, array, string, number, boolean, null
  }

  private struct Container {
    let kind: Kind
    /// The names of an object's members so far, as bytes: `String` takes different Unicode forms for the
    /// same, and needs quadratic time for many combining marks.
    var members: Set<[UInt8]> = []
  }

  private var text: JSONText
  private var open: [Container] = []
  /// Whether the innermost container has no element yet.
  private var isFirst = true
  /// Whether a value stands next that nobody has read.
  private var isValueNext = true

  /// The offset of the byte that comes next.
  package var offset: Int { text.offset }
  /// Where the name of the last member that was given begins, with its quote.
  package private(set) var memberStart = 0

  /// Begins before the first value.
  ///
  /// - Parameters:
  ///   - text: The whole text.
  ///   - name: What it is, for messages.
  @_lifetime(copy text)
  package init(_ text: RawSpan, name: String) {
    self.text = JSONText(text, name: name)
  }

  /// What the value is that comes next.
  package mutating func nextKind() throws(VaultError) -> Kind {
    text.skipSpace()
    guard isValueNext, let byte = text.peek() else { throw text.malformed("a value is missing") }
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default: throw text.malformed("a value is missing")
    }
  }

  /// Enters the object that comes next.
  package mutating func beginObject() throws(VaultError) {
    try expect(.object, "an object")
    try enter(.object)
  }

  /// Enters the array that comes next.
  package mutating func beginArray() throws(VaultError) {
    try expect(.array, "an array")
    try enter(.array)
  }

  /// The name of the object's next member, whose value then comes next; at the end, nil, and the
  /// object is left.
  package mutating func nextMember() throws(VaultError) -> String? {
    try skipUnread()
    guard open.last?.kind == .object else { throw text.misused() }
    guard try findNext(closing: UInt8(ascii: "}")) else { return nil }
    guard text.peek() == UInt8(ascii: "\"") else {
      throw text.malformed("a member's name is missing")
    }
    memberStart = text.offset
    let name = try text.readString()
    guard open[open.count - 1].members.insert(Array(name.utf8)).inserted else {
      throw text.malformed("a member comes twice")
    }
    text.skipSpace()
    guard text.take(UInt8(ascii: ":")) else { throw text.malformed("a \":\" is missing") }
    isValueNext = true
    return name
  }

  /// Whether the array has a further element, which then comes next; at the end the array is left.
  package mutating func nextElement() throws(VaultError) -> Bool {
    try skipUnread()
    guard open.last?.kind == .array else { throw text.misused() }
    isValueNext = try findNext(closing: UInt8(ascii: "]"))
    return isValueNext
  }

  /// Reads a string that is a secret.
  ///
  /// - Throws: `damaged` where the value is no string or malformed.
  package mutating func readSecret() throws(VaultError) -> SecretBytes {
    try expect(.string, "a string")
    isValueNext = false
    return try text.readSecret()
  }

  /// Reads a string that is no secret.
  ///
  /// - Throws: `damaged` where the value is no string or malformed.
  package mutating func readString() throws(VaultError) -> String {
    try expect(.string, "a string")
    isValueNext = false
    return try text.readString()
  }

  /// Reads a number and gives its whole part; nil where it has an exponent or is too large.
  ///
  /// - Throws: `damaged` where the value is no number or malformed.
  package mutating func readInteger() throws(VaultError) -> Int64? {
    try expect(.number, "a number")
    isValueNext = false
    return try text.readNumber()
  }

  /// Passes the value that comes next, whatever it is.
  package mutating func skipValue() throws(VaultError) { try skipUnread() }

  /// Checks that the value is complete and that nothing follows it.
  package mutating func finish() throws(VaultError) {
    try skipUnread()
    guard open.isEmpty else { throw text.misused() }
    text.skipSpace()
    guard text.isAtEnd else { throw text.malformed("something follows the value") }
  }

  private mutating func expect(_ kind: Kind, _ words: String) throws(VaultError) {
    guard try nextKind() == kind else { throw text.malformed("\(words) is expected") }
  }

  private mutating func enter(_ kind: Kind) throws(VaultError) {
    guard open.count < Self.deepest else {
      throw text.malformed("it is nested deeper than \(Self.deepest)")
    }
    text.skip(1)
    open.append(Container(kind: kind))
    isFirst = true
    isValueNext = false
  }

  /// Passes the comma before the next element, or the bracket that closes the container.
  private mutating func findNext(closing bracket: UInt8) throws(VaultError) -> Bool {
    text.skipSpace()
    if text.take(bracket) {
      open.removeLast()
      isFirst = false  // the container itself was an element of the one around it
      return false
    }
    if !isFirst {
      guard text.take(UInt8(ascii: ",")) else { throw text.malformed("a \",\" is missing") }
      text.skipSpace()
    }
    isFirst = false
    return true
  }

  private mutating func skipUnread() throws(VaultError) {
    guard isValueNext else { return }
    switch try nextKind() {
    case .object:
      try beginObject()
      while try nextMember() != nil {}
    case .array:
      try beginArray()
      while try nextElement() {}
    case .string: try skipString()
    case .number: _ = try readInteger()
    case .boolean, .null: try skipWord()
    }
  }

  private mutating func skipString() throws(VaultError) {
    isValueNext = false
    try text.skipString()
  }

  private mutating func skipWord() throws(VaultError) {
    isValueNext = false
    guard text.take("true") || text.take("false") || text.take("null") else {
      throw text.malformed("a value is missing")
    }
  }
}
