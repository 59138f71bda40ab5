import Compat
import SealedFormat
import Vault

/// The plan of a migration as it is printed; it has no secret in it.
///
/// Encoded as JSON, its members are the documented shape of `migrate --format json`.
struct MigrationReport: Encodable {
  struct Login: Encodable {
    struct Place: Encodable {
      let path: String
      let line: Int
    }
    struct Use: Encodable {
      let program: String
      let by: String
    }

    let login: String
    let kind: String
    let usernames: [String]
    let state: String
    let files: [Place]
    let usedBy: [Use]
    let changedAt: String
  }

  struct KeyringLogin: Encodable {
    let login: String
    let username: String
    let state: String
  }

  struct Refusal: Encodable {
    let file: String
    let status: Int32
    let reason: String
  }

  let logins: [Login]
  /// What the desktop keyring has; absent where that is nothing.
  let inKeyring: [KeyringLogin]?
  let refused: [Refusal]

  /// - Parameters:
  ///   - plan: What lies in files.
  ///   - keyring: What the desktop keyring has; only JSON shows it here.
  ///   - program: What the user types to run it.
  init(_ plan: MigrationPlan, keyring: [KeyringTakeover.Login], _ program: String) {
    let kept = keyring.map { login in
      KeyringLogin(
        login: login.record.spellings.first ?? "", username: login.record.username,
        state: login.state.rawValue)
    }
    inKeyring = kept.isEmpty ? nil : kept
    logins = plan.logins.map { login in
      Login(
        login: login.shown, kind: login.key.kind, usernames: login.usernames,
        state: login.state.rawValue,
        files: login.places.map { Login.Place(path: $0.path, line: $0.line) },
        usedBy: login.uses.map {
          switch $0 {
          case .helper(let program): Login.Use(program: program.rawValue, by: "helper")
          case .exec(let program): Login.Use(program: program.rawValue, by: "exec")
          }
        },
        changedAt: login.rotations.first?.place ?? "")
    }
    refused = plan.exposures.refusals.map {
      Refusal(
        file: $0.path, status: ExitStatus($0.error.code).rawValue, reason: $0.error.words(program))
    }
  }

  func text(_ format: ListFormat) throws(VaultError) -> String {
    switch format {
    case .table: return Table.text([Self.header] + logins.flatMap(\.lines))
    case .json: return try format.json(of: self)
    }
  }

  private static let header = ["LOGIN", "USER", "STATE", "USED AFTERWARDS BY", "FILE"]
}

extension MigrationReport.Login {
  /// A line of the table for each file.
  fileprivate var lines: [[String]] {
    let shown = (kind == "endpoint" ? "endpoint " : "") + login
    let uses = usedBy.map { use in
      "\(use.program), " + (use.by == "helper" ? "by its helper" : "by  \(calledName) exec")
    }.joined(separator: "; ")
    return files.enumerated().map { index, file in
      [
        index == 0 ? shown : "",
        index == 0
          ? usernames.map { $0.isEmpty ? "-" : $0 }.joined(separator: ", ") : "",
        index == 0 ? state : "", index == 0 ? uses : "",
        "\(file.path) line \(file.line)",
      ]
    }
  }
}

extension CredentialRecord.Key {
  /// The kind in a word.
  fileprivate var kind: String {
    switch self {
    case .registry: "registry"
    case .keyserver: "keyserver"
    case .endpoint: "endpoint"
    case .helperKey: "helper-key"
    case .migration: "migration"
    }
  }
}

/// A line of the list of secrets to change.
enum RotationRow {
  static let header = ["CHANGE THE SECRET OF", "USER", "AT"]
}

extension Rotation {
  var cells: [String] {
    [shown, username.isEmpty ? "-" : username, place]
  }
}
