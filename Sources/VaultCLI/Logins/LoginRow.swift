import FoundationEssentials
import SealedFormat
import Vault

/// One line of the list of logins: a spelling of a registry and what is known of its credential.
///
/// Encoded as JSON, its members are the documented shape of `registry list --format json`.
struct LoginRow: Encodable, Equatable {
  let uri: String
  let secure: Bool
  let username: String
  let store: String
  /// ISO 8601, in UTC.
  let expires: String?
  /// ISO 8601, in UTC.
  let verified: String?

  /// A line for each spelling of the credential.
  static func rows(of record: CredentialRecord, store: String) -> [LoginRow] {
    record.spellings.map { spelling in
      LoginRow(
        uri: spelling, secure: record.isSecure, username: record.username,
        store: store, expires: record.expires.map(text),
        verified: record.verified.map(text))
    }
  }

  static func text(of time: Int64) -> String {
    Date(timeIntervalSince1970: TimeInterval(time)).formatted(.iso8601)
  }

  /// The cells of the table, in the order of its columns.
  func cells(isLong: Bool) -> [String] {
    let short = [uri, secure ? "✓" : "✗!"]
    guard isLong else { return short }
    let user = username.isEmpty ? "-" : username
    return short + [user, store, expires ?? "-", verified ?? "-"]
  }
}

extension ListFormat {
  /// A list of logins as text.
  ///
  /// - Parameter isLong: Whether the table has the further columns; JSON always has all members.
  /// - Throws: `internalFault` if it cannot be encoded.
  func text(of rows: [LoginRow], isLong: Bool) throws(VaultError) -> String {
    switch self {
    case .table:
      let header = ["URI", "SECURE?"] + (isLong ? ["USER", "STORE", "EXPIRES", "VERIFIED"] : [])
      return Table.text([header] + rows.map { $0.cells(isLong: isLong) })
    case .json:
      return try json(rows)
    }
  }
}
