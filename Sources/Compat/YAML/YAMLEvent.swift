/// What libyaml reports of a text, one after the other.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(ByteText)
    case scalar(ByteText, YAMLScalarStyle)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  let kind: Kind
  var anchor: ByteText?
  /// The tag that is written there; nil if there is none.
  var tag: ByteText?
  /// Where it begins, its anchor and tag included.
  let start: YAMLMark
  let end: YAMLMark
}

/// A place in a file.
struct YAMLMark: Sendable {
  /// In bytes from the file's first.
  let offset: Int
  /// Counted from 1.
  let line: Int
  /// In characters, counted from 0.
  let column: Int
}

enum YAMLScalarStyle: Sendable {
  case plain
  case quoted
  /// A literal or folded text, which has lines of its own.
  case block
}
