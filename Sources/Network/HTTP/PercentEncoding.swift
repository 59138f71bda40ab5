internal import SealedFormat
extension String {
  /// The text as a member of a query or form.
  var percentEncoded: String {
    var encoded = ""
    for byte in utf8 {
      if isUnreserved(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let (high, low) = hexDigits(of: byte)
        encoded += "%"
        encoded.unicodeScalars.append(Unicode.Scalar(high))
        encoded.unicodeScalars.append(Unicode.Scalar(low))
      }
    }
    return encoded
  }
}

extension OutputRawSpan {
  /// Appends a secret as a member of a form.
  @_lifetime(self: copy self)
  mutating func append(percentEncoding bytes: RawSpan) {
    for offset in 0..<bytes.byteCount {
      let byte = bytes[offset]
      if isUnreserved(byte) {
        append(byte)
      } else {
        let (high, low) = hexDigits(of: byte)
        append(UInt8(ascii: "%"))
        append(high)
        append(low)
      }
    }
  }
}

private func isUnreserved(_ byte: UInt8) -> Bool {
  byte.isLetter || byte.isDigit || "-._~".utf8.contains(byte)
}

private func hexDigits(of byte: UInt8) -> (high: UInt8, low: UInt8) {
  func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
  return (digit(byte >> 4), digit(byte & 0xF))
}
