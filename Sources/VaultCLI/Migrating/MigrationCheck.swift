import Compat
import Network
import SealedFormat
import Vault

/// Asks the registries whether the logins hold that are about to be taken over, all at the same time.
struct MigrationCheck {
  let connection: RegistryOptions
  let session: Session
  let console: Console

  init(_ connection: RegistryOptions, _ session: Session, _ console: Console) {
    self.connection = connection
    self.session = session
    self.console = console
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
    _ stays: inout MigrationStatus
  ) throws(VaultError) -> [CredentialRecord.Key: Migration.Checked] {
    var subjects: [LoginChecks.Subject] = []
    for login in plan.logins {
      guard let choice = choices[login.key],
        let credential = try login.credential(choice, now: session.now()),
        let subject = subject(credential)
      else { continue }
      subjects.append(subject)
    }
    let (checked, failed) = ask(subjects, &stays)
    for key in failed { choices[key] = nil }
    return checked
  }

  /// Asks for what the desktop keyring has.
  ///
  /// - Parameters:
  ///   - takeover: What the keyring has.
  ///   - logins: Those that are taken over from it; logins that do not hold are taken off.
  ///   - stays: Is told of those.
  /// - Returns: What was said of the others.
  /// - Throws: `internalFault` where memory is exhausted, and what the keyring throws.
  func run(
    _ takeover: KeyringTakeover,
    _ logins: inout [(login: KeyringTakeover.Login, choice: KeyringTakeover.Choice)],
    _ stays: inout MigrationStatus
  ) throws(VaultError) -> [CredentialRecord.Key: Migration.Checked] {
    var subjects: [LoginChecks.Subject] = []
    for (login, choice) in logins where choice == .keyring {
      guard let credential = try takeover.credential(of: login), let subject = subject(credential)
      else { continue }
      subjects.append(subject)
    }
    let (checked, failed) = ask(subjects, &stays)
    logins.removeAll { failed.contains($0.login.record.key) }
    return checked
  }

  /// What to ask for; nil for what no registry can be asked about.
  private func subject(_ credential: consuming Credential) -> LoginChecks.Subject? {
    var record = credential.record
    guard case .registry = record.key,
      record.username != TokenUsername.registryToken, !record.username.isEmpty
    else { return nil }
    // A file says nothing of a certificate that is not to be checked; the command line does.
    if !connection.checksCertificate, record.isSecure { record.transport = .uncheckedTLS }
    let secret = KeptSecret(credential.takeSecret())
    return LoginChecks.Subject(record: record, store: StoreChoice.sealed.rawValue) {
      () throws(VaultError) in
      try secret.copy()
    }
  }

  private func ask(
    _ subjects: [LoginChecks.Subject], _ stays: inout MigrationStatus
  ) -> (
    checked: [CredentialRecord.Key: Migration.Checked], failed: Set<CredentialRecord.Key>
  ) {
    let options = connection.connection(in: session)
    let console = console
    let checks = LoginChecks(options: options, now: session.now()) { console.warning($0) }
      .run(subjects) { _ in }
    var checked: [CredentialRecord.Key: Migration.Checked] = [:]
    var failed: Set<CredentialRecord.Key> = []
    for (subject, check) in zip(subjects, checks) {
      let key = subject.record.key
      switch check.verdict {
      case .holds, .open:
        if check.verdict == .open {
          console.warning(
            "\(subject.record.spellings.first ?? "") does not ask for a login: the secret was not checked"
          )
        }
        checked[key] = Migration.Checked(
          isAccepted: check.verdict == .holds, transport: subject.record.transport,
          expires: check.expires)
      case .refused, .expired, .unreachable:
        failed.insert(key)
        console.warning(
          "\(subject.record.spellings.first ?? "") stays where it is: \(check.words(session.programName) ?? "")"
        )
        stays.note(check.verdict == .unreachable ? .unreachable : .refused)
      }
    }
    return (checked, failed)
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
