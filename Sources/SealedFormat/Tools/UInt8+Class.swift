/// The classes of ASCII bytes that our grammars are made of.
extension UInt8 {
  package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  package var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  package var isUppercaseLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

  package var isLetter: Bool { isLowercaseLetter || isUppercaseLetter }

  /// Whether it is a C0 control character or DEL.
  package var isControl: Bool { self < 0x20 || self == 0x7f }

  /// Whether it is a space or a tab.
  package var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// Whether it is a blank or part of a line end: the white space of JSON (RFC 8259, section 2).
  package var isSpace: Bool { isBlank || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }

  /// Whether it is a hexadecimal digit, and no upper-case letter.
  package var isLowercaseDigit: Bool { hexadecimalValue != nil && !isUppercaseLetter }

  /// The value of a hexadecimal digit in either case, or nil.
  package var hexadecimalValue: UInt8? {
    if isDigit { return self - UInt8(ascii: "0") }
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "f"): return self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): return self - UInt8(ascii: "A") + 10
    default: return nil
    }
  }
}

extension StringProtocol {
  /// Whether the text is one or more decimal digits.
  package var isDigits: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }

  /// Whether the text has a C0 control character or DEL.
  package var hasControls: Bool { utf8.contains(where: \.isControl) }
}
