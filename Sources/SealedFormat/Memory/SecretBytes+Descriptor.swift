extension SecretBytes {
  /// Reads a descriptor to its end straight into guarded memory; the descriptor stays open.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that are accepted.
  ///   - name: What is read, for messages.
  /// - Throws: `inputOutput` if reading fails, `invalidInput` if there is more than `limit`.
  package init(reading descriptor: Int32, limit: Int, name: String) throws(VaultError) {
    try self.init(capacity: limit + 1) { (output) throws(VaultError) in
      try output.append(readingFrom: descriptor, name: name)
      guard output.byteCount <= limit else { throw VaultError.tooLong(name, limit: limit) }
    }
  }

  /// Writes all bytes to a descriptor, which stays open.
  ///
  /// - Parameter name: Where the bytes go, for messages.
  /// - Throws: `inputOutput` if writing fails.
  package borrowing func write(to descriptor: Int32, name: String) throws(VaultError) {
    try bytes.write(to: descriptor, name: name)
  }
}
