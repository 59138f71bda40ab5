internal import CSodium

/// Lower-case hexadecimal digits of secrets, by libsodium's codecs: they make no table look-up.
package enum Hexadecimal {
  /// Encodes with two digits for each byte.
  ///
  /// - Throws: `internalFault` if memory is exhausted.
  package static func encode(_ bytes: RawSpan) throws(VaultError) -> SecretBytes {
    let length = 2 * bytes.byteCount
    return try SecretBytes(capacity: length + 1) { output in
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        unsafe bytes.withUnsafeBytes {
          unsafe vault_sodium_hex_encode(
            buffer.baseAddress, buffer.count, $0.baseAddress, $0.count)
        }
        initialized = length
      }
    }
  }

  /// Decodes an even number of lower-case digits, the one encoding of some bytes.
  ///
  /// - Throws: `damaged` for anything else.
  package static func decode(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    let malformed = VaultError(.damaged, "not lower-case hexadecimal digits")
    guard !(0..<text.byteCount).contains(where: { text[$0].isUppercaseLetter }) else {
      throw malformed
    }
    return try SecretBytes(capacity: text.byteCount / 2 + 1) { (output) throws(VaultError) in
      let result = unsafe output.withUnsafeMutableBytes { buffer, initialized in
        unsafe text.withUnsafeBytes {
          unsafe vault_sodium_hex_decode(
            buffer.baseAddress, buffer.count, &initialized, $0.baseAddress, $0.count)
        }
      }
      guard result == 0 else { throw malformed }
    }
  }
}
