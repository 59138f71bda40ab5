import SealedFormat
import Vault

/// The result of one check of `vault doctor`; encoded as JSON, the documented shape.
struct Finding: Encodable, Equatable {
  enum State: String, Encodable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing is wrong.
    case note
    /// Something to fix.
    case fix
  }

  let state: State
  /// What was found, a sentence without a final full stop.
  let text: String
  /// The command or step that fixes it.
  let remedy: String?

  static func ok(_ text: String) -> Finding { Finding(state: .ok, text: text, remedy: nil) }

  static func note(_ text: String, _ remedy: String? = nil) -> Finding {
    Finding(state: .note, text: text, remedy: remedy)
  }

  static func fix(_ text: String, _ remedy: String? = nil) -> Finding {
    Finding(state: .fix, text: text, remedy: remedy)
  }

  static func fix(_ error: VaultError, _ program: String) -> Finding {
    .fix(error.message, error.remedy?.words(program))
  }

  /// The lines for people.
  var lines: String {
    let label = state.rawValue.uppercased().padded(to: 6)
    return label + text.shown + "\n"
      + (remedy.map { String(repeating: " ", count: 8) + $0.shown + "\n" } ?? "")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
