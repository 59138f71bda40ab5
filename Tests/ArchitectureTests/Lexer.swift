/// A word or a symbol of Swift code; comments, string literals and numbers yield no token.
struct Token {
  let text: String
  let line: Int

  /// Whether it is an identifier or a keyword.
  var isWord: Bool { text.utf8.first.map(isWordByte) ?? false }
}

/// Splits Swift code into tokens; code interpolated into a string literal is part of the result.
struct Lexer {
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var tokens: [Token] = []

  static func tokens(of bytes: [UInt8]) -> [Token] {
    var lexer = Lexer(bytes: bytes)
    lexer.readCode(isInterpolated: false)
    return lexer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads to the end, or past the parenthesis that ends an interpolation.
  private mutating func readCode(isInterpolated: Bool) {
    var depth = 0
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): skipLineComment()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipBlockComment()
      case UInt8(ascii: "\""), UInt8(ascii: "#"):
        if !readString() { readSymbol() }
      case UInt8(ascii: "`"):
        advance()
        readWord { $0 != UInt8(ascii: "`") }
        advance()
      case _ where isDigit(byte): skip(while: isWordByte)
      case _ where isWordByte(byte): readWord(while: isWordByte)
      case UInt8(ascii: " "), UInt8(ascii: "\n"): advance()
      default:
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        readSymbol()
        if isInterpolated, depth < 0 { return }
      }
    }
  }

  private mutating func readWord(while isPart: (UInt8) -> Bool) {
    let start = offset
    skip(while: isPart)
    tokens.append(Token(text: String(decoding: bytes[start..<offset], as: UTF8.self), line: line))
  }

  private mutating func readSymbol() {
    tokens.append(Token(text: String(UnicodeScalar(bytes[offset])), line: line))
    advance()
  }

  /// Reads a string literal with its interpolations; false if none starts here.
  private mutating func readString() -> Bool {
    var hashes = 0
    while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
    guard peek(hashes) == UInt8(ascii: "\"") else { return false }
    advance(hashes)
    let quotes = isNext("\"\"\"") ? 3 : 1
    advance(quotes)
    let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    while peek() != nil {
      if isNext(end) {
        advance(end.utf8.count)
        return true
      }
      guard isNext(escape) else {
        advance()
        continue
      }
      advance(escape.utf8.count)
      if peek() == UInt8(ascii: "(") {
        advance()
        readCode(isInterpolated: true)
      } else {
        advance()
      }
    }
    return true
  }

  private mutating func skipLineComment() { skip { $0 != UInt8(ascii: "\n") } }

  /// Skips a comment between `/*` and `*/`, which may contain others.
  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if isNext("/*") {
        depth += 1
        advance(2)
      } else if isNext("*/") {
        depth -= 1
        advance(2)
      } else {
        advance()
      }
    } while depth > 0 && offset < bytes.count
  }

  private mutating func skip(while isPart: (UInt8) -> Bool) {
    while let byte = peek(), isPart(byte) { advance() }
  }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
      offset += 1
    }
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  private func isNext(_ text: String) -> Bool {
    bytes[offset...].starts(with: text.utf8)
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isWordByte(_ byte: UInt8) -> Bool {
  isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    || byte == UInt8(ascii: "_") || byte >= 0x80
}
