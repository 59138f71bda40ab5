import SealedFormat
import Vault

extension Session {
  /// Asks for one line on the terminal; nil if there is no terminal.
  func answer(to question: String) throws(VaultError) -> String? {
    guard let terminal = try? Terminal(path: terminalPath) else { return nil }
    let answer = try terminal.ask(question + " ", isHidden: false, limit: 16)
    return unsafe answer.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Asks a question that only `y` or `yes` answers with yes; nil if there is no terminal.
  func isConfirmed(_ question: String) throws(VaultError) -> Bool? {
    try answer(to: question + " [y/N]").map { ["y", "yes"].contains($0.lowercased()) }
  }
}
