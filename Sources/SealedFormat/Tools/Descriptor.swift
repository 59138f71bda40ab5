internal import Glibc

// The one read loop and the one write loop: the system may take or give less than was asked for.

extension OutputRawSpan {
  /// Appends what a descriptor gives, until its end or until there is no room.
  ///
  /// - Parameter name: What is read, for messages.
  /// - Throws: `inputOutput` if reading fails.
  @_lifetime(self: copy self)
  package mutating func append(
    readingFrom descriptor: Int32, name: String
  ) throws(VaultError) {
    try unsafe withUnsafeMutableBytes { (buffer, initialized) throws(VaultError) in
      try unsafe fill(buffer, initialized: &initialized, from: descriptor, name: name)
    }
  }
}

extension [UInt8] {
  /// Reads a descriptor until its end or until there are `capacity` bytes.
  ///
  /// - Throws: `inputOutput` if reading fails.
  package init(
    capacity: Int, readingFrom descriptor: Int32, name: String
  ) throws(VaultError) {
    try self.init(capacity: capacity) { (output) throws(VaultError) in
      try unsafe output.withUnsafeMutableBufferPointer { (buffer, initialized) throws(VaultError) in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        try unsafe fill(bytes, initialized: &initialized, from: descriptor, name: name)
      }
    }
  }

  /// Reads all of a descriptor, at most `limit` bytes.
  ///
  /// - Throws: `inputOutput` if reading fails, `invalidInput` if there is more than `limit`.
  package init(
    readingFrom descriptor: Int32, limit: Int, name: String
  ) throws(VaultError) {
    try self.init(capacity: limit + 1, readingFrom: descriptor, name: name)
    guard count <= limit else { throw VaultError.tooLong(name, limit: limit) }
  }
}

extension VaultError {
  static func tooLong(_ name: String, limit: Int) -> VaultError {
    VaultError(.invalidInput, "\(name) is longer than \(limit) bytes")
  }
}

extension RawSpan {
  /// Writes all bytes to a descriptor.
  ///
  /// - Parameter name: Where the bytes go, for messages.
  /// - Throws: `inputOutput` if writing fails.
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

private func fill(
  _ buffer: UnsafeMutableRawBufferPointer, initialized: inout Int, from descriptor: Int32,
  name: String
) throws(VaultError) {
  guard let start = buffer.baseAddress else { return }
  while initialized < buffer.count {
    let filled = initialized
    let count = try checked("cannot read \(name)") {
      unsafe read(descriptor, start + filled, buffer.count - filled)
    }
    if count == 0 { return }
    initialized += count
  }
}
