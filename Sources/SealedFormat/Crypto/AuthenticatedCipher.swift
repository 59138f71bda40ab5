internal import CSodium

/// XChaCha20-Poly1305-IETF: sealing and opening with a 32-byte key and a random 24-byte nonce.
///
/// Specification: draft-irtf-cfrg-xchacha-03, as in libsodium.
enum AuthenticatedCipher {
  static let nonceLength = 24
  static let tagLength = 16

  /// Seals `plain`; the result is its ciphertext and tag, without the nonce.
  static func seal(
    _ plain: RawSpan, key: RawSpan, nonce: [UInt8], associated: RawSpan
  ) throws(VaultError) -> [UInt8] {
    var sealed = [UInt8](repeating: 0, count: plain.byteCount + tagLength)
    let result = unsafe sealed.withUnsafeMutableBytes { sealed in
      unsafe plain.withUnsafeBytes { plain in
        unsafe associated.withUnsafeBytes { associated in
          unsafe nonce.withUnsafeBytes { nonce in
            unsafe key.withUnsafeBytes { key in
              unsafe vault_sodium_aead_seal(
                sealed.baseAddress, plain.baseAddress, plain.count, associated.baseAddress,
                associated.count, nonce.baseAddress, key.baseAddress)
            }
          }
        }
      }
    }
    guard result == 0 else { throw VaultError(.internalFault, "libsodium could not seal") }
    return sealed
  }

  /// Opens ciphertext and tag; nil where key, nonce, associated bytes or ciphertext are not those of
  /// the sealing.
  static func open(
    _ sealed: RawSpan, key: RawSpan, nonce: RawSpan, associated: RawSpan
  ) throws(VaultError) -> SecretBytes? {
    guard sealed.byteCount >= tagLength else { return nil }
    var result: Int32 = -1
    let plain = try SecretBytes(capacity: sealed.byteCount - tagLength) { output in
      unsafe output.withUnsafeMutableBytes { plain, initialized in
        result = unsafe open(sealed, into: plain, key: key, nonce: nonce, associated: associated)
        initialized = result == 0 ? plain.count : 0
      }
    }
    guard result == 0 else { return nil }
    return plain
  }

  /// As the other, for what is no secret in itself, such as an index.
  static func openBytes(
    _ sealed: RawSpan, key: RawSpan, nonce: RawSpan, associated: RawSpan
  ) -> [UInt8]? {
    guard sealed.byteCount >= tagLength else { return nil }
    var plain = [UInt8](repeating: 0, count: sealed.byteCount - tagLength)
    let result = unsafe plain.withUnsafeMutableBytes { plain in
      unsafe open(sealed, into: plain, key: key, nonce: nonce, associated: associated)
    }
    return result == 0 ? plain : nil
  }

  private static func open(
    _ sealed: RawSpan, into plain: UnsafeMutableRawBufferPointer, key: RawSpan,
    nonce: RawSpan, associated: RawSpan
  ) -> Int32 {
    unsafe sealed.withUnsafeBytes { sealed in
      unsafe associated.withUnsafeBytes { associated in
        unsafe nonce.withUnsafeBytes { nonce in
          unsafe key.withUnsafeBytes { key in
            unsafe vault_sodium_aead_open(
              plain.baseAddress, sealed.baseAddress, sealed.count, associated.baseAddress,
              associated.count, nonce.baseAddress, key.baseAddress)
          }
        }
      }
    }
  }
}
