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
  /// - Throws: `inputOutput` if not all of it can be written: a caller must not take a part for the whole.
  func write(_ text: String) throws(VaultError) {
    let bytes = Array(text.utf8)
    try bytes.bytes.write(to: descriptor, name: "the result to standard output")
  }
}
