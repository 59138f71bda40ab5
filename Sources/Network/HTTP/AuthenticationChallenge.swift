internal import SealedFormat

/// One challenge of a WWW-Authenticate header (RFC 9110, section 11).
struct AuthenticationChallenge: Hashable, Sendable {
  /// The scheme in lower case: `bearer`, `basic`.
  let scheme: String
  /// The parameters by their lower-case names; the first, if one is repeated.
  fileprivate(set) var parameters: [String: String] = [:]
  /// What some schemes have instead of parameters.
  fileprivate(set) var token68: String?

  /// Reads all challenges of all WWW-Authenticate headers, in their order.
  ///
  /// Malformed parts are skipped, so that they do not hide a good challenge behind them.
  static func parse(_ headers: [String]) -> [AuthenticationChallenge] {
    headers.flatMap { header in
      var parser = ChallengeParser(header)
      return parser.parse()
    }
  }
}

private struct ChallengeParser {
  private let bytes: [UInt8]
  private var offset = 0
  private var challenges: [AuthenticationChallenge] = []
  /// Whether the last challenge is a single word before a comma: a scheme, or a parameter without a
  /// value.
  private var isLoneWord = false

  init(_ header: String) { bytes = Array(header.utf8) }

  mutating func parse() -> [AuthenticationChallenge] {
    var isAfterComma = true
    while let byte = peek() {
      if byte == UInt8(ascii: ",") || byte.isBlank {
        isAfterComma = isAfterComma || byte == UInt8(ascii: ",")
        offset += 1
      } else if let word = readToken() {
        readElement(word, isAfterComma: isAfterComma)
        isAfterComma = false
      } else if byte == UInt8(ascii: "\"") {
        _ = readQuoted()
      } else {
        offset += 1
      }
    }
    return challenges
  }

  /// Reads the parameter or challenge that begins with a word.
  private mutating func readElement(_ word: String, isAfterComma: Bool) {
    if let value = readValue() {
      addParameter(word, value)
    } else if isAfterComma {
      challenges.append(AuthenticationChallenge(scheme: word.lowercased()))
      isLoneWord = !skipSpace()
      if !isLoneWord { readToken68() }
    }
  }

  private mutating func addParameter(_ name: String, _ value: Value) {
    if isLoneWord, challenges.count > 1 { challenges.removeLast() }
    isLoneWord = false
    guard let last = challenges.indices.last, case .whole(let text) = value else { return }
    let name = name.lowercased()
    challenges[last].token68 = nil  // that was a parameter without a value
    if challenges[last].parameters[name] == nil { challenges[last].parameters[name] = text }
  }

  /// Reads a token68 behind a scheme, unless it is a parameter.
  private mutating func readToken68() {
    let start = offset
    while let byte = peek(), isTokenByte(byte) || byte == UInt8(ascii: "/") { offset += 1 }
    let isEmpty = offset == start
    while peek() == UInt8(ascii: "=") { offset += 1 }
    let end = offset
    skipSpace()
    guard !isEmpty, peek() == nil || peek() == UInt8(ascii: ","), let last = challenges.indices.last
    else {
      offset = start
      return
    }
    challenges[last].token68 = String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private enum Value {
    case whole(String)
    /// A quoted text without its closing quote.
    case cutOff
  }

  /// The value behind a parameter's name; nil, and nothing is read, if no `=` follows.
  private mutating func readValue() -> Value? {
    let start = offset
    skipSpace()
    guard peek() == UInt8(ascii: "=") else {
      offset = start
      return nil
    }
    offset += 1
    skipSpace()
    if peek() == UInt8(ascii: "\"") { return readQuoted() }
    let first = offset
    while let byte = peek(), byte != UInt8(ascii: ","), !byte.isBlank { offset += 1 }
    return .whole(String(decoding: bytes[first..<offset], as: UTF8.self))
  }

  private mutating func readQuoted() -> Value {
    var text: [UInt8] = []
    offset += 1
    while let byte = peek() {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        return .whole(String(decoding: text, as: UTF8.self))
      case UInt8(ascii: "\\"):
        guard let escaped = peek() else { return .cutOff }
        text.append(escaped)
        offset += 1
      default:
        text.append(byte)
      }
    }
    return .cutOff
  }

  private mutating func readToken() -> String? {
    let start = offset
    while let byte = peek(), isTokenByte(byte) { offset += 1 }
    return start == offset ? nil : String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = offset
    while let byte = peek(), byte.isBlank { offset += 1 }
    return offset > start
  }

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}
