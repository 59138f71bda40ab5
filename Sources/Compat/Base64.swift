internal import Vault

/// Base64 in the standard alphabet with padding, on memory that is only lent.
enum Base64 {
  /// How many bytes `count` bytes take when encoded.
  static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Appends the encoded form of `bytes`.
  static func encode(_ bytes: RawSpan, into output: inout OutputRawSpan) {
    var offset = 0
    while offset < bytes.byteCount {
      let present = min(3, bytes.byteCount - offset)
      var group: UInt32 = 0
      for index in 0..<3 {
        group = group << 8 | (index < present ? UInt32(bytes[offset + index]) : 0)
      }
      for index in 0..<4 {
        let value = UInt8(group >> UInt32(18 - 6 * index) & 0x3f)
        output.append(index <= present ? character(value) : UInt8(ascii: "="))
      }
      offset += 3
    }
  }

  /// The decoded bytes, or nil where `text` is not base64.
  static func decode(_ text: RawSpan) throws(VaultError) -> SecretBytes? {
    var end = text.byteCount
    guard end % 4 == 0 else { return nil }
    while end > 0, text.byteCount - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    var isValid = true
    let decoded = try SecretBytes(capacity: end * 3 / 4) { output in
      var group: UInt32 = 0
      var bits: UInt32 = 0
      for offset in 0..<end {
        guard let value = value(text[offset]) else {
          isValid = false
          return
        }
        group = group << 6 | UInt32(value)
        bits += 6
        if bits >= 8 {
          bits -= 8
          output.append(UInt8(truncatingIfNeeded: group >> bits))
          group &= (1 << bits) - 1
        }
      }
      // Bits that belong to no byte are zero in what an encoder writes.
      isValid = group == 0
    }
    guard isValid else { return nil }
    return decoded
  }

  private static func character(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
