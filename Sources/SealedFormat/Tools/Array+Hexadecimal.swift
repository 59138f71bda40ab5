internal import CSodium

extension Sequence<UInt8> {
  /// Two lower-case digits for each byte; `Hexadecimal` is for secrets.
  package var hexadecimal: String {
    let bytes = Array(self)
    var text = [CChar](repeating: 0, count: 2 * bytes.count + 1)
    unsafe vault_sodium_hex_encode(&text, text.count, bytes, bytes.count)
    return String(buffer: text)
  }
}

extension [UInt8] {
  /// The bytes that an even number of lower-case digits stand for, or nil.
  package init?(hexadecimal text: some StringProtocol) {
    let digits = Array<UInt8>(text.utf8)
    guard !digits.contains(where: \.isUppercaseLetter) else { return nil }
    var bytes = [UInt8](repeating: 0, count: digits.count / 2)
    var count = 0
    let result = unsafe vault_sodium_hex_decode(&bytes, bytes.count, &count, digits, digits.count)
    guard result == 0 else { return nil }
    self = bytes
  }
}
