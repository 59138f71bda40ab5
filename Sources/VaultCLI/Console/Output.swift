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

  /// Writes a line for people, in which names from outside may be.
  func write(line: String) throws(VaultError) { try write(line.shown + "\n") }

  /// Writes a result as it is: for what `Table` and `ListFormat` have made, and for our own texts.
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
