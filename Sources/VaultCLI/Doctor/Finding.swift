import SealedFormat
import Vault

/// One thing that `vault doctor` has looked at; encoded as JSON, the documented shape.
struct Finding: Encodable, Equatable {
  /// How it stands.
  enum State: String, Encodable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing is wrong.
    case note
    /// Something to mend.
    case mend
  }

  let state: State
  /// What was found, a sentence without a final full stop.
  let text: String
  /// The command or step that mends it.
  let remedy: String?

  static func ok(_ text: String) -> Finding { Finding(state: .ok, text: text, remedy: nil) }

  static func note(_ text: String, _ remedy: String? = nil) -> Finding {
    Finding(state: .note, text: text, remedy: remedy)
  }

  static func mend(_ text: String, _ remedy: String? = nil) -> Finding {
    Finding(state: .mend, text: text, remedy: remedy)
  }

  static func mend(_ error: VaultError, _ program: String) -> Finding {
    .mend(error.message, error.remedy?.words(program))
  }

  /// The lines for people.
  var lines: String {
    let label = state.rawValue.uppercased().padded(to: 6)
    return label + text.escapingControls + "\n"
      + (remedy.map { String(repeating: " ", count: 8) + $0.escapingControls + "\n" } ?? "")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
