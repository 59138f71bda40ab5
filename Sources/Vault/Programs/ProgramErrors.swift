internal import SealedFormat

/// What a program writes to its standard error, line by line.
struct ProgramErrors {
  private static let longestLine = 1024
  /// How many bytes are passed on; what comes after them is dropped.
  private static let limit = 16 * 1024

  private var line: [UInt8] = []
  private var count = 0

  /// Passes on the lines that are complete with these bytes.
  mutating func add(_ bytes: ArraySlice<UInt8>, _ note: (String) -> Void) {
    for byte in bytes {
      guard count < Self.limit else { return }
      count += 1
      if byte == UInt8(ascii: "\n") || line.count == Self.longestLine { finish(note) }
      if byte != UInt8(ascii: "\n") { line.append(byte) }
    }
  }

  /// Passes on the last line if it has no line end.
  mutating func finish(_ note: (String) -> Void) {
    if !line.isEmpty { note(String(decoding: line, as: UTF8.self).escapingControls) }
    line = []
  }
}
