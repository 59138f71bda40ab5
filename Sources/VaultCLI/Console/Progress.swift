import SealedFormat
import Vault

/// The progress of `registry check`, on one line of a terminal that is overwritten.
final class Progress: Sendable {
  private let output: Output
  private let total: Int
  private let isShown: Bool

  init(_ output: Output, total: Int, isShown: Bool) {
    self.output = output
    self.total = total
    self.isShown = isShown && output.isTerminal && total > 0
    show(0)
  }

  func show(_ count: Int) {
    if isShown { try? output.write("\rAsked for \(count) of \(total) logins") }
  }

  func clear() {
    if isShown { try? output.write("\r\u{1b}[K") }
  }
}
