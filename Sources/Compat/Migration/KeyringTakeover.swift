public import Vault

/// Takes the logins that docker's helper keeps in the desktop keyring over into the sealed vault.
///
/// A keyring is no file: there are no bytes to give back, so this cannot be undone by `--undo`. At every
/// moment each secret is in the keyring, in the vault or in both.
public struct KeyringTakeover {
  /// One login of the keyring.
  public struct Login: Sendable {
    /// What is known of it.
    public let record: CredentialRecord
    /// Whether the vault has it.
    public let state: MigrationPlan.Login.State
    /// What the vault has instead, where both have one.
    let keptUsername: String?
  }

  private var store: SecretServiceStore
  /// The logins, in the order in which they were made.
  public let logins: [Login]

  /// Looks into the keyring, and compares what is in it with the vault.
  ///
  /// - Parameters:
  ///   - access: Where the keyring is.
  ///   - isVaultKnown: Whether anybody can say what the vault has; not while it is locked.
  ///   - find: Gives what the vault has.
  /// - Throws: `unreachable` where there is no keyring, `unavailable` where it is locked, and what reading
  ///   the vault throws.
  public init(
    _ access: KeyringAccess, isVaultKnown: Bool,
    _ find: (CredentialRecord.Key) throws(VaultError) -> Credential?
  ) throws(VaultError) {
    let store = SecretServiceStore(access)
    var logins: [Login] = []
    for record in try store.list() {
      guard isVaultKnown else {
        logins.append(Login(record: record, state: .unknown, keptUsername: nil))
        continue
      }
      guard let kept = try find(record.key) else {
        logins.append(Login(record: record, state: .new, keptUsername: nil))
        continue
      }
      guard let held = try store.find(serverURL: record.serverURL ?? "") else { continue }
      let isSame =
        held.record.username == kept.record.username && held.secret.isEqual(to: kept.secret)
      logins.append(
        Login(
          record: record, state: isSame ? .sealed : .conflict, keptUsername: kept.record.username))
    }
    self.store = store
    self.logins = logins
  }

  /// Which of the two secrets is kept of a login.
  public enum Choice: Sendable {
    case keyring, vault
  }

  /// What is kept of a login; nil where that takes a decision.
  ///
  /// - Parameters:
  ///   - login: Which one.
  ///   - preferences: The first that decides counts; the keyring counts as a file.
  /// - Returns: The choice.
  public func choice(
    of login: Login, preferring preferences: [MigrationPlan.Preference]
  ) -> Choice? {
    switch login.state {
    case .new, .unknown: .keyring
    case .sealed: .vault
    case .conflict:
      preferences.lazy.compactMap { preference -> Choice? in
        switch preference {
        case .vault: .vault
        case .file: .keyring
        case .path: nil
        }
      }.first
    }
  }

  /// The secret of a login, for trying it at its registry.
  ///
  /// - Parameter login: Which one.
  /// - Returns: The credential; nil where it is gone.
  /// - Throws: What the keyring throws.
  public func credential(of login: Login) throws(VaultError) -> Credential? {
    try store.find(serverURL: login.record.serverURL ?? "")
  }

  /// Takes one login over: seals it, reads it back from the disk, and only then removes it from the
  /// keyring.
  ///
  /// - Parameters:
  ///   - login: Which one.
  ///   - choice: What is kept of it.
  ///   - vault: The open vault.
  ///   - now: The present, in seconds since 1970.
  ///   - outcome: What its registry has just said of it, where it was asked.
  /// - Throws: What the keyring and writing the vault throw; then the keyring still has it.
  public mutating func take(
    _ login: Login, _ choice: Choice, into vault: inout SealedStore, now: Int64,
    verified outcome: LoginOutcome? = nil
  ) throws(VaultError) {
    if choice == .keyring {
      guard let held = try credential(of: login) else {
        throw VaultError(.unavailable, "it is no longer in the desktop keyring: try again")
      }
      let isRegistry = held.record.scope != nil
      let record = CredentialRecord(
        key: held.record.key, spellings: held.record.spellings,
        isSecure: outcome?.isSecure ?? held.record.isSecure, username: held.record.username,
        created: now, verified: outcome?.verdict == .accepted ? now : nil,
        importedFrom: "secret-service", serverURL: isRegistry ? nil : held.record.serverURL)
      try vault.put(
        Credential(record: record, secret: try SecretBytes(copying: held.secret.bytes)))
      try vault.readAgain()
      guard let kept = try vault.find(record.key), kept.secret.isEqual(to: held.secret) else {
        throw VaultError(
          .internalFault, "the vault does not hold what was put into it: the keyring keeps it")
      }
    }
    _ = try store.remove(login.record.key)
  }
}
