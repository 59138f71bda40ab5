import Glibc
import SealedFormat
import Vault

/// Messages to the user on standard error, one line each.
struct Console: Sendable {
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

  /// A risk, or something that is not as it should be.
  func warning(_ text: String) { line("WARNING:", color: 33, text) }

  /// Why the command failed.
  func fatal(_ text: String) { line("FATAL:", color: 31, text) }

  /// A further line of the last message.
  func more(_ text: String) { try? output.write(line: text) }

  private func line(_ label: String, color: Int, _ text: String) {
    let padded = label + String(repeating: " ", count: max(0, 8 - label.count)) + " "
    let label = output.hasColor ? "\u{1b}[\(color)m\(padded)\u{1b}[0m" : padded
    try? output.write(label + text.shown + "\n")  // there is nowhere to report a failed write
  }
}
