package import SealedFormat
package import Vault

/// Takes the logins that docker's helper keeps in the desktop keyring over into the sealed vault.
///
/// A keyring is no file: there are no bytes to give back, so this cannot be undone by `--undo`. At every
/// moment each secret is in the keyring, in the vault or in both.
package struct KeyringTakeover {
  /// One login of the keyring.
  package struct Login: Sendable {
    /// What is known of it.
    package var record: CredentialRecord { item.record }
    /// Whether the vault has it.
    package let state: MigrationPlan.Login.State
    /// Those who have logged in to the same registry before, and whose logins lie there still.
    package let earlierUsernames: [String]
    /// Whose login the vault had when it was compared; nil where it had none.
    package var keptUsername: String? { kept?.username }
    /// What it was when it was compared.
    let item: DockerItem
    /// What the vault had instead then.
    let kept: CredentialRecord?
  }

  private let store: SecretServiceStore
  /// The logins, in the order in which they were made.
  package let logins: [Login]

  /// Looks into the keyring, and compares what is in it with the vault.
  ///
  /// - Parameters:
  ///   - access: Where the keyring is.
  ///   - find: Gives what the vault has; nil if that is unknown, because the vault is locked.
  /// - Throws: `unreachable` where there is no keyring, `unavailable` where it is locked, and what reading
  ///   the vault throws.
  package init(
    _ access: KeyringAccess, _ find: MigrationPlan.LookUp?
  ) throws(VaultError) {
    let store = SecretServiceStore(access)
    var logins: [Login] = []
    for (item, others) in try store.logins() {
      var state = MigrationPlan.Login.State.unknown
      var kept: CredentialRecord?
      if let find {
        state = .new
        if let credential = try find(item.record.key) {
          // Gone or changed since it was listed: there is nothing to compare.
          guard let held = try store.find(item) else { continue }
          state = held.isSame(as: credential) ? .sealed : .conflict
          kept = credential.record
        }
      }
      logins.append(
        Login(
          state: state, earlierUsernames: others.map(\.record.username), item: item, kept: kept))
    }
    self.store = store
    self.logins = logins
  }

  /// Which of the two secrets is kept of a login.
  package enum Choice: Sendable {
    case keyring, vault
  }

  /// What is kept of a login; nil where that takes a decision.
  ///
  /// - Parameters:
  ///   - login: Which one.
  ///   - preferences: The first that decides counts; the keyring counts as a file.
  /// - Returns: The choice.
  package func choice(
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
  /// - Returns: The credential; nil where it is gone or was changed.
  /// - Throws: What the keyring throws.
  package func credential(of login: Login) throws(VaultError) -> Credential? {
    try store.find(login.item)
  }

  /// Takes one login over: seals it, reads it back from the disk, and only then removes it from the
  /// keyring.
  ///
  /// It is done only where the keyring and the vault both hold what was compared.
  ///
  /// - Parameters:
  ///   - login: Which one.
  ///   - choice: What is kept of it.
  ///   - vault: The open vault.
  ///   - now: The present, in seconds since 1970.
  ///   - checked: What its registry has just said of it, where it was asked.
  /// - Throws: What the keyring and writing the vault throw, and `unavailable` where one of them was changed
  ///   meanwhile; then the keyring still has it.
  package func take(
    _ login: Login, _ choice: Choice, into vault: VaultStore, now: Int64,
    checked: Migration.Checked? = nil
  ) throws(VaultError) {
    guard let held = try store.find(login.item) else {
      throw VaultError(.unavailable, "it was changed in the keyring meanwhile: try again")
    }
    try vault.change { (vault) throws(VaultError) in
      if let kept = try vault.find(login.record.key) {
        if held.isSame(as: kept) { return false }
        guard login.state == .conflict, kept.record == login.kept else { throw Self.isChanged }
      } else if login.kept != nil {
        throw Self.isChanged
      }
      guard choice == .keyring else { return false }
      let secret = try SecretBytes(copying: held.secret.bytes)
      try vault.put(
        Credential(record: held.record(checked, now: now), secret: secret))
      return true
    }
    try vault.readAgain()
    guard let kept = try vault.find(login.record.key),
      (login.state == .conflict && choice == .vault) || kept.secret.isEqual(to: held.secret)
    else {
      throw VaultError(
        .internalFault, "the vault does not hold what was put into it: the keyring keeps it")
    }
    guard try store.remove(login.item, holding: held.secret) else {
      throw VaultError(
        .unavailable,
        "it was changed there while the vault took what it was before: run it again to compare them"
      )
    }
  }

  private static var isChanged: VaultError {
    VaultError(
      .unavailable, "the vault was changed meanwhile, so it was not taken over: try again")
  }
}

extension Credential {
  fileprivate borrowing func isSame(as other: borrowing Credential) -> Bool {
    record.username == other.record.username && secret.isEqual(to: other.secret)
  }

  /// The record with which the vault keeps what the keyring has.
  fileprivate borrowing func record(_ checked: Migration.Checked?, now: Int64) -> CredentialRecord {
    var taken = CredentialRecord(
      key: record.key, spellings: record.spellings, isSecure: record.isSecure,
      username: record.username, created: now,
      expires: checked?.expires ?? SecretExpiry.find(in: secret.bytes),
      verified: checked?.isAccepted == true ? now : nil, importedFrom: "secret-service",
      serverURL: record.scope == nil ? record.serverURL : nil)
    taken.transport = checked?.transport ?? record.transport
    return taken
  }
}
