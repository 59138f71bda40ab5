import Compat
import Vault

/// Asks the registries whether the logins hold that are about to be taken over, all at the same time.
struct MigrationCheck {
  let connection: RegistryOptions
  let session: Session
  let talk: Talk

  init(_ connection: RegistryOptions, _ session: Session, _ talk: Talk) {
    self.connection = connection
    self.session = session
    self.talk = talk
  }

  /// Asks.
  ///
  /// - Parameters:
  ///   - plan: What lies where.
  ///   - choices: What is kept; logins that do not hold are taken off.
  ///   - stays: Is told of those.
  /// - Returns: What was said of the others.
  /// - Throws: `internalFault` where memory is exhausted.
  func run(
    _ plan: MigrationPlan, _ choices: inout [CredentialRecord.Key: MigrationPlan.Choice],
    _ stays: inout Remainder
  ) throws(VaultError) -> [CredentialRecord.Key: Migration.Checked] {
    let now = session.now()
    var subjects: [LoginChecks.Subject] = []
    for login in plan.logins {
      guard let choice = choices[login.key], case .registry = login.key,
        let credential = try login.credential(choice, now: now),
        credential.record.username != RegistryClient.registryTokenUsername,
        !credential.record.username.isEmpty
      else { continue }
      var record = credential.record
      // A file says nothing of a certificate that is not to be checked; the command line does.
      record.isSecure = record.isSecure && connection.checksCertificate
      let secret = KeptSecret(credential.takeSecret())
      subjects.append(
        LoginChecks.Subject(record: record, store: .sealed) { () throws(VaultError) in
          try secret.copy()
        })
    }
    let checks = LoginChecks(options: connection.connection(in: session), now: now)
      .run(subjects) { _ in }
    var checked: [CredentialRecord.Key: Migration.Checked] = [:]
    for (subject, check) in zip(subjects, checks) {
      let key = subject.record.key
      switch check.verdict {
      case .holds, .open:
        if check.verdict == .open {
          talk.warning(
            "\(subject.record.spellings.first ?? "") does not ask for a login: the secret was not checked"
          )
        }
        checked[key] = Migration.Checked(
          isAccepted: check.verdict == .holds, isSecure: subject.record.isSecure,
          expires: check.expires)
      case .refused, .expired, .unreachable:
        choices[key] = nil
        talk.warning(
          "\(subject.record.spellings.first ?? "") stays where it is: \(check.reason ?? "")")
        stays.note(
          VaultError(check.verdict == .unreachable ? .unreachable : .refused, ""))
      }
    }
    return checked
  }
}

/// A secret that several threads may copy.
private final class KeptSecret: Sendable {
  private let secret: SecretBytes

  init(_ secret: consuming SecretBytes) { self.secret = secret }

  func copy() throws(VaultError) -> SecretBytes { try Self.copy(of: secret) }

  private static func copy(of secret: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    try SecretBytes(copying: secret.bytes)
  }
}
