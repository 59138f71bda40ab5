import Network
import SealedFormat
import Vault

/// One line of what `registry check` found.
///
/// Encoded as JSON, its members are the documented shape of `registry check --format json`.
struct CheckRow: Encodable, TableRow {
  let uri: String
  let username: String
  let store: String
  let result: String
  /// ISO 8601, in UTC.
  let expires: String?
  let reason: String?

  init(_ record: CredentialRecord, store: String, _ check: LoginCheck, _ program: String) {
    uri = record.spellings.first ?? record.scope?.text ?? ""
    username = record.username
    self.store = store
    result = check.verdict.rawValue
    expires = check.expires.map(LoginRow.text(of:))
    reason = check.words(program)
  }

  static let header = ["URI", "USER", "RESULT", "EXPIRES", "REASON"]

  var cells: [String] {
    [uri, username, result, expires ?? "-", reason ?? "-"]
  }
}

extension LoginCheck {
  /// Why the login does not hold, with the remedy, for people.
  func words(_ program: String) -> String? {
    reason.map { reason in remedy.map { "\(reason); \($0.words(program))" } ?? reason }
  }
}
