internal import CSodium

/// Base64 (RFC 4648) of secrets, by libsodium's codecs: they make no table look-up, which would show
/// in the cache what was read.
package enum Base64 {
  /// Encodes with padding.
  ///
  /// - Throws: `internalFault` if memory is exhausted.
  package static func encode(_ bytes: RawSpan) throws(VaultError) -> SecretBytes {
    let length = (bytes.byteCount + 2) / 3 * 4
    return try SecretBytes(capacity: length + 1) { output in
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        unsafe bytes.withUnsafeBytes {
          unsafe vault_sodium_base64_encode(
            buffer.baseAddress, buffer.count, $0.baseAddress, $0.count,
            sodium_base64_VARIANT_ORIGINAL)
        }
        initialized = length
      }
    }
  }

  /// Decodes the one encoding of some bytes: with padding, no white space, and zero unused bits.
  ///
  /// - Throws: `damaged` for anything else.
  package static func decode(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    try decode(text, variant: sodium_base64_VARIANT_ORIGINAL)
  }

  /// Decodes base64url without padding, as JSON Web Tokens use it, and with zero unused bits.
  ///
  /// - Throws: `damaged` for anything else.
  package static func decodeURL(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    try decode(text, variant: sodium_base64_VARIANT_URLSAFE_NO_PADDING)
  }

  /// Decodes what Go's `StdEncoding` decodes, because the container tools use it.
  ///
  /// Line ends are skipped, and unused bits may be set. Padding may be missing as well.
  ///
  /// - Throws: `damaged` for anything else.
  package static func decodeLeniently(_ text: RawSpan) throws(VaultError) -> SecretBytes {
    // Nearly all texts are strict, and each block of guarded memory takes a dozen system calls.
    if let bytes = try? decode(text) { return bytes }
    var count = 0
    var padding = 0
    let digits = try SecretBytes(capacity: text.byteCount + 3) { (output) throws(VaultError) in
      for offset in 0..<text.byteCount {
        switch text[offset] {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"): continue
        case UInt8(ascii: "="): padding += 1
        default:
          guard padding == 0 else { throw malformed }
          output.append(text[offset])
        }
      }
      count = output.byteCount
      // Zero digits in the place of padding move unused bits into bytes that are cut off below.
      while output.byteCount % 4 != 0 { output.append(UInt8(ascii: "A")) }
    }
    guard count % 4 != 1, padding == 0 || padding == -count & 3 else { throw malformed }
    let padded = try decode(digits.bytes, variant: sodium_base64_VARIANT_ORIGINAL)
    return padded.narrowed(to: 0..<count * 3 / 4)
  }

  private static let malformed = VaultError(.damaged, "not valid base64")

  private static func decode(_ text: RawSpan, variant: Int32) throws(VaultError) -> SecretBytes {
    // libsodium 1.0.18 takes every byte above 0x7f for a digit.
    guard (0..<text.byteCount).reduce(0, { $0 | text[$1] }) < 0x80 else { throw malformed }
    return try SecretBytes(capacity: text.byteCount / 4 * 3 + 3) { (output) throws(VaultError) in
      let result = unsafe output.withUnsafeMutableBytes { buffer, initialized in
        unsafe text.withUnsafeBytes {
          unsafe vault_sodium_base64_decode(
            buffer.baseAddress, buffer.count, &initialized, $0.baseAddress, $0.count, variant)
        }
      }
      guard result == 0 else { throw malformed }
    }
  }
}
