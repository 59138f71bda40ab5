import Glibc
import SealedFormat
import Vault

/// Standard output or standard error.
struct Output: Sendable {
  let descriptor: Int32
  let isTerminal: Bool
  /// Whether this is a terminal whose user did not decline colour.
  let hasColor: Bool

  init(descriptor: Int32, environment: Environment) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    hasColor = isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
  }

  /// Writes a result.
  ///
  /// - Parameter text: All of it.
  /// - Throws: `inputOutput` where it cannot be written: a caller must not take a part for the whole.
  func write(_ text: String) throws(VaultError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw VaultError(.inputOutput, "the result could not be written to standard output")
      }
      rest = rest.dropFirst(count)
    }
  }
}

/// Lines to the person on standard error, in the field's usual form.
struct Talk: Sendable {
  enum Level: Int, Comparable {
    case quiet, normal, verbose

    static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
  }

  let output: Output
  let level: Level

  /// What was done.
  func info(_ text: String) {
    if level >= .normal { line("INFO:", color: 34, text) }
  }

  /// Why something was done the way it was.
  func verbose(_ text: String) {
    if level >= .verbose { line("VERBOSE:", color: 34, text) }
  }

  /// What is unwise, or not as it should be.
  func warning(_ text: String) { line("WARNING:", color: 33, text) }

  /// Why the command ended without doing what it should.
  func fatal(_ text: String) { line("FATAL:", color: 31, text) }

  private func line(_ label: String, color: Int, _ text: String) {
    let padded = label + String(repeating: " ", count: max(0, 8 - label.count)) + " "
    let shown = output.hasColor ? "\u{1b}[\(color)m\(padded)\u{1b}[0m" : padded
    // Names from outside must not steer the terminal. Whom should we tell that nobody can be told?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let escaped = lines.map { String($0).escapingControls }.joined(separator: "\n")
    try? output.write(shown + escaped + "\n")
  }
}
