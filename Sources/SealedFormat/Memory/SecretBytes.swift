internal import CLinux
internal import CSodium

/// Bytes in guarded memory, wiped when they go out of scope.
///
/// The memory comes from libsodium's `sodium_malloc`: guard pages on both sides, left out of core
/// dumps, locked against swapping as far as the system allows, read-only once filled. It cannot be
/// copied, printed or compared with `==`, and the view that it lends cannot outlive it.
@safe
package struct SecretBytes: ~Copyable, @unchecked Sendable {
  /// The longest secret that the vault keeps, in bytes.
  package static let longestSecret = 32 * 1024

  /// What libsodium allocated.
  private let block: UnsafeMutableRawPointer
  /// Where in it the bytes begin.
  private let start: Int
  /// The number of bytes.
  package let count: Int

  /// Allocates `capacity` bytes and lets `body` write them in place.
  ///
  /// - Parameters:
  ///   - capacity: The most bytes that `body` may append.
  ///   - body: Appends the bytes; what it throws is passed on and the memory wiped.
  /// - Throws: What `body` throws, or `internalFault` where memory is exhausted.
  package init(
    capacity: Int, initializingWith body: (inout OutputRawSpan) throws(VaultError) -> Void
  ) throws(VaultError) {
    try Sodium.start()
    guard let block = unsafe sodium_malloc(max(capacity, 1)) else {
      throw VaultError(.internalFault, "out of memory for \(capacity) secret bytes")
    }
    let room = unsafe UnsafeMutableRawBufferPointer(start: block, count: capacity)
    var output = unsafe OutputRawSpan(buffer: room, initializedCount: 0)
    do throws(VaultError) { try body(&output) } catch {
      unsafe sodium_free(block)  // nothing is stored in self yet, so deinit will not run
      throw error
    }
    count = unsafe output.finalize(for: room)
    unsafe self.block = block
    start = 0
    _ = unsafe sodium_mprotect_readonly(block)
    vault_forget_registers()
  }

  deinit {
    unsafe sodium_free(block)
    vault_forget_registers()
  }

  /// A read-only view that cannot outlive the secret.
  package var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let view = unsafe RawSpan(_unsafeStart: block + start, byteCount: count)
      return unsafe _overrideLifetime(view, borrowing: self)
    }
  }

  /// A read-only view of a part; empty where there is no such part.
  @_lifetime(borrow self)
  package borrowing func bytes(_ range: Range<Int>) -> RawSpan {
    let part = range.clamped(to: 0..<count)
    let view = unsafe RawSpan(
      _unsafeStart: block + start + part.lowerBound, byteCount: part.count)
    return unsafe _overrideLifetime(view, borrowing: self)
  }

  /// A part of the secret in the same memory; the rest stays there, out of reach, until it is wiped.
  package consuming func narrowed(to range: Range<Int>) -> SecretBytes {
    let part = range.clamped(to: 0..<count)
    let block = unsafe block
    let start = start + part.lowerBound
    discard self
    return unsafe SecretBytes(block: block, start: start, count: part.count)
  }

  private init(block: UnsafeMutableRawPointer, start: Int, count: Int) {
    unsafe self.block = block
    self.start = start
    self.count = count
  }

  /// Whether there is nothing in it.
  package var isEmpty: Bool { count == 0 }
}

extension SecretBytes {
  /// A copy of `bytes`.
  ///
  /// - Parameter bytes: What to copy.
  /// - Throws: `internalFault` where memory is exhausted.
  package init(copying bytes: RawSpan) throws(VaultError) {
    try self.init(capacity: bytes.byteCount) { (output) throws(VaultError) in
      try output.append(contentsOf: bytes)
    }
  }

  /// Fresh bytes from the system's random source.
  package static func random(count: Int) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: count) { output in
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        if let start = buffer.baseAddress { unsafe randombytes_buf(start, count) }
        initialized = count
      }
    }
  }

  /// Whether both hold the same bytes; takes the same time wherever they differ.
  ///
  /// - Parameter other: What to compare with; its length is no secret.
  /// - Returns: Whether length and bytes are the same.
  package borrowing func isEqual(to other: borrowing SecretBytes) -> Bool {
    guard count == other.count else { return false }
    return unsafe sodium_memcmp(block + start, other.block + other.start, count) == 0
  }

  /// Whether the bytes are well-formed UTF-8.
  package borrowing func isUTF8() -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      var decoder = UTF8()
      var iterator = unsafe buffer.makeIterator()
      while true {
        switch unsafe decoder.decode(&iterator) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
      }
    }
  }

  /// Whether a terminal can show the bytes: UTF-8 without control characters, which would steer it.
  package borrowing func isPrintable() -> Bool {
    let bytes = bytes
    for place in 0..<count {
      guard !bytes[place].isControl else { return false }
      // U+0080 to U+009F: control characters as well.
      let isC1 = place > 0 && bytes[place - 1] == 0xc2 && (0x80...0x9f).contains(bytes[place])
      guard !isC1 else { return false }
    }
    return isUTF8()
  }

  /// How many bytes there are before one line end (LF, or CR LF) at their end: docker's rule for
  /// standard input, and ours for passphrase files.
  package borrowing func lengthWithoutLineEnd() -> Int {
    var end = count
    if end > 0, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    if end < count, end > 0, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }

  /// The same bytes without one line end at their end.
  ///
  /// - Returns: A copy.
  /// - Throws: `internalFault` where memory is exhausted.
  package borrowing func droppingLineEnd() throws(VaultError) -> SecretBytes {
    try SecretBytes(copying: bytes.extracting(0..<lengthWithoutLineEnd()))
  }
}
