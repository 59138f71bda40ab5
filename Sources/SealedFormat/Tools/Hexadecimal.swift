extension Sequence<UInt8> {
  /// Two lower-case digits for each byte.
  package var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension [UInt8] {
  /// The bytes that lower-case digits stand for, or nil where a text is something else.
  package init?(hexadecimal text: some StringProtocol) {
    let digits = Array<UInt8>(text.utf8).map { UInt8(hexadecimalDigit: $0) }
    guard digits.count.isMultiple(of: 2) else { return nil }
    self = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[place], let low = digits[place + 1] else { return nil }
      append(high << 4 | low)
    }
  }
}

extension UInt8 {
  /// The value of a lower-case digit, or nil.
  package init?(hexadecimalDigit digit: UInt8) {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self = digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self = digit - UInt8(ascii: "a") + 10
    default: return nil
    }
  }
}
