internal import Glibc

extension SecretBytes {
  /// Reads a descriptor to its end straight into guarded memory.
  ///
  /// - Parameters:
  ///   - descriptor: An open descriptor; it stays open.
  ///   - limit: The most bytes that are accepted.
  ///   - name: What is read, for messages.
  /// - Throws: `inputOutput` where reading fails, `invalidInput` where there is more than `limit`.
  package init(reading descriptor: Int32, limit: Int, name: String) throws(VaultError) {
    try self.init(capacity: limit + 1) { (output) throws(VaultError) in
      while true {
        let count = try output.appendOnce(from: descriptor, name: name)
        if count == 0 { return }
        guard output.byteCount <= limit else {
          throw VaultError(.invalidInput, "\(name) is longer than \(limit) bytes")
        }
      }
    }
  }

  /// Writes all bytes to a descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: An open descriptor; it stays open.
  ///   - name: Where the bytes go, for messages.
  /// - Throws: `inputOutput` where writing fails.
  package borrowing func write(to descriptor: Int32, name: String) throws(VaultError) {
    try bytes.write(to: descriptor, name: name)
  }
}

extension RawSpan {
  /// Writes all bytes to a descriptor, however often the system takes only a part.
  package func write(to descriptor: Int32, name: String) throws(VaultError) {
    var done = 0
    while done < byteCount {
      let rest = extracting(done..<byteCount)
      done += try checked("cannot write \(name)") {
        unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      }
    }
  }
}

extension OutputRawSpan {
  /// Appends what one read(2) gives, and returns how much that was: 0 at the end or without room.
  @_lifetime(self: copy self)
  fileprivate mutating func appendOnce(
    from descriptor: Int32, name: String
  ) throws(VaultError) -> Int {
    try unsafe withUnsafeMutableBytes { (buffer, initialized) throws(VaultError) in
      guard let start = buffer.baseAddress else { return 0 }
      let filled = initialized
      let count = try checked("cannot read \(name)") {
        unsafe read(descriptor, start + filled, buffer.count - filled)
      }
      initialized += count
      return count
    }
  }
}
