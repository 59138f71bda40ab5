internal import CSodium
internal import Glibc

/// BLAKE2b (RFC 7693) with a 32-byte result, with or without a key, fed piece by piece.
@safe
package struct Hash: ~Copyable {
  package static let length = 32

  private let state: UnsafeMutableRawPointer

  /// Starts a hash without a key.
  package init() throws(VaultError) {
    unsafe state = try Self.makeState()
    _ = unsafe vault_sodium_hash_start(state, nil, 0, Self.length)
  }

  /// Starts a hash that only a holder of the key can make.
  package init(key: RawSpan) throws(VaultError) {
    let fresh = try unsafe Self.makeState()
    unsafe key.withUnsafeBytes {
      _ = unsafe vault_sodium_hash_start(fresh, $0.baseAddress, $0.count, Self.length)
    }
    unsafe state = fresh
  }

  deinit {
    unsafe sodium_memzero(state, crypto_generichash_statebytes())
    unsafe state.deallocate()
  }

  /// Feeds bytes.
  package mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes {
      _ = unsafe vault_sodium_hash_update(state, $0.baseAddress, $0.count)
    }
  }

  /// Feeds the UTF-8 of a fixed text, such as a label.
  package mutating func update(_ text: String) { update(Array(text.utf8).bytes) }

  /// The result, where it is no secret.
  package consuming func digest() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Self.length)
    unsafe digest.withUnsafeMutableBytes {
      _ = unsafe vault_sodium_hash_finish(state, $0.baseAddress, $0.count)
    }
    return digest
  }

  /// The result, where it is a key.
  package consuming func key() throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: Self.length) { output in
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        _ = unsafe vault_sodium_hash_finish(state, buffer.baseAddress, buffer.count)
        initialized = buffer.count
      }
    }
  }

  /// Ordinary memory that `deinit` wipes: it lives for microseconds, and guarded memory costs ten
  /// system calls each time.
  private static func makeState() throws(VaultError) -> UnsafeMutableRawPointer {
    try Sodium.start()
    return UnsafeMutableRawPointer.allocate(
      byteCount: crypto_generichash_statebytes(), alignment: 64)
  }
}

/// Whether two public values are the same, in a time that does not tell where they differ.
package func isEqualInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
  guard one.count == other.count else { return false }
  return unsafe sodium_memcmp(one, other, one.count) == 0
}

/// The BLAKE2b digest of some bytes, 64 hexadecimal digits: to tell whether a file is as it was.
package func digest(of bytes: RawSpan) throws(VaultError) -> String {
  var hash = try Hash()
  hash.update(bytes)
  return hash.digest().hexadecimal
}
