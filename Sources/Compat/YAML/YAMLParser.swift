internal import CYAML
internal import SealedFormat

/// libyaml's event parser over a text in memory.
@safe
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// libyaml reads from this until its end.
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let offsets: CharacterOffsets
  private let lines: TextLines
  private let path: String

  /// Begins to parse.
  ///
  /// - Parameters:
  ///   - masked: The file from its first line on, without a byte order mark and without secrets:
  ///     libyaml does not wipe its memory.
  ///   - lines: The lines of the whole file.
  ///   - path: Its path, for messages.
  init(_ masked: [UInt8], _ lines: TextLines, path: String) throws(VaultError) {
    try checkMarks(masked, lines, path: path)
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw VaultError(.internalFault, "out of memory for a YAML parser")
    }
    let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(masked.count, 1))
    _ = unsafe text.update(fromContentsOf: masked)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, masked.count)
    unsafe self.parser = parser
    unsafe self.text = text
    offsets = CharacterOffsets(masked)
    self.lines = lines
    self.path = path
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event; after `streamEnd` there is none.
  ///
  /// - Throws: `damaged`, with the line and the reason.
  mutating func next() throws(VaultError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else {
      throw unsafe refusal(parser.pointee)
    }
    defer { unsafe yaml_event_delete(&event) }
    let start = unsafe mark(event.start_mark)
    let end = unsafe mark(event.end_mark)
    switch unsafe event.type {
    case YAML_ALIAS_EVENT:
      let name = unsafe ByteText(terminated: event.data.alias.anchor) ?? ""
      return YAMLEvent(kind: .alias(name), start: start, end: end)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return unsafe YAMLEvent(
        kind: .scalar(ByteText(Array(value)), YAMLScalarStyle(scalar.style)),
        anchor: ByteText(terminated: scalar.anchor), tag: ByteText(terminated: scalar.tag),
        start: start, end: end)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe event.data.sequence_start
      return unsafe YAMLEvent(
        kind: .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE),
        anchor: ByteText(terminated: sequence.anchor), tag: ByteText(terminated: sequence.tag),
        start: start, end: end)
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.data.mapping_start
      return unsafe YAMLEvent(
        kind: .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE),
        anchor: ByteText(terminated: mapping.anchor), tag: ByteText(terminated: mapping.tag),
        start: start, end: end)
    case let type:
      return YAMLEvent(kind: YAMLEvent.Kind(bare: type), start: start, end: end)
    }
  }

  private func mark(_ mark: yaml_mark_t) -> YAMLMark {
    YAMLMark(
      offset: lines.markCount + offsets.offset(ofCharacter: Int(clamping: mark.index)),
      line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column))
  }

  // MARK: Errors

  /// The reason that libyaml gives, which never quotes the text.
  private func refusal(_ parser: yaml_parser_t) -> VaultError {
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "unknown reason"
    if unsafe parser.error == YAML_MEMORY_ERROR {
      return VaultError(.internalFault, "out of memory for a YAML parser")
    }
    if unsafe parser.error == YAML_READER_ERROR {
      let offset = unsafe lines.markCount + Int(clamping: parser.problem_offset)
      let reason =
        problem.hasPrefix("control characters")
        ? unsafe "it has a character that YAML does not allow "
          + "(U+\(String(parser.problem_value, radix: 16)))"
        : "it is not UTF-8"
      return .damaged(path, line: lines.line(of: offset) + 1, reason)
    }
    let line = unsafe Int(clamping: parser.problem_mark.line) + 1
    if problem.contains("cannot start any token") || problem.contains("tab character") {
      return .damaged(
        path, line: line,
        "no value can begin with the character there; indent with spaces, not with tabs")
    }
    return .damaged(path, line: line, "it is not YAML: \(problem)")
  }
}

/// Refuses a byte order mark inside the text, which libyaml lets through.
private func checkMarks(
  _ text: [UInt8], _ lines: TextLines, path: String
) throws(VaultError) {
  for index in text.indices.dropLast(2)
  where text[index] == 0xef && text[index + 1] == 0xbb && text[index + 2] == 0xbf {
    throw .damaged(
      path, line: lines.line(of: index + lines.markCount) + 1,
      "it has a character that YAML does not allow (U+feff)")
  }
}

extension ByteText {
  /// A text of C; nil for a null pointer.
  fileprivate init?(terminated text: UnsafeMutablePointer<yaml_char_t>?) {
    guard let text = unsafe text else { return nil }
    self.init(Array(unsafe String(cString: text).utf8))
  }
}

extension YAMLScalarStyle {
  fileprivate init(_ style: yaml_scalar_style_t) {
    switch style {
    case YAML_PLAIN_SCALAR_STYLE: self = .plain
    case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .quoted
    default: self = .block
    }
  }
}

extension YAMLEvent.Kind {
  /// The kind of an event that carries nothing.
  fileprivate init(bare type: yaml_event_type_t) {
    switch type {
    case YAML_STREAM_START_EVENT: self = .streamStart
    case YAML_DOCUMENT_START_EVENT: self = .documentStart
    case YAML_DOCUMENT_END_EVENT: self = .documentEnd
    case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
    case YAML_MAPPING_END_EVENT: self = .mappingEnd
    default: self = .streamEnd
    }
  }
}
