package import SealedFormat

/// The desktop keyring as a store.
///
/// Each action opens its own connection, and every wait has a limit. Locked, missing, unreachable and dismissed
/// are four different failures.
package struct SecretServiceStore: LoginStore {
  let access: KeyringAccess
  /// Whether a keyring that does not exist counts as an empty one.
  private let mayBeMissing: Bool

  /// The keyring is not asked for anything yet.
  package init(_ access: KeyringAccess, mayBeMissing: Bool = false) {
    self.access = access
    self.mayBeMissing = mayBeMissing
  }

  package var name: String { "secret-service" }
  package var place: String { "the desktop keyring" }

  /// What the keyring has of registry logins.
  package struct Contents: Sendable {
    /// The logins, one for each registry.
    package let records: [CredentialRecord]
    /// The labels of items that name no server or no user, and so are of no use.
    package let unusable: [String]
    /// How many logins the keyring gives out only after a question, although it is unlocked.
    package let heldBack: Int
  }

  // MARK: Logins

  /// Everything that is kept, one for each registry; asks for no secret.
  ///
  /// - Throws: `unreachable` if there is no keyring or no answer, `unavailable` if it is locked.
  package func list() throws(VaultError) -> [CredentialRecord] {
    try unlessMissing { () throws(VaultError) in try contents().records } ?? []
  }

  private func unlessMissing<Answer: ~Copyable>(
    _ body: () throws(VaultError) -> Answer?
  ) throws(VaultError) -> Answer? {
    do throws(VaultError) { return try body() } catch {
      guard mayBeMissing, error.cause is KeyringAbsence else { throw error }
      return nil
    }
  }

  /// As `list()`, with what is of no use.
  ///
  /// - Returns: Records and labels.
  /// - Throws: As `list()`.
  package func contents() throws(VaultError) -> Contents {
    var service = try SecretService(access, needsSecrets: false)
    let items = try items(from: &service)
    let logins = items.compactMap(DockerItem.init)
    return Contents(
      records: logins.current.map(\.record),
      unusable: items.filter { DockerItem($0) == nil }.map {
        $0.label.isEmpty ? $0.path : $0.label
      },
      heldBack: items.count { $0.isLocked && DockerItem($0) != nil })
  }

  /// - Throws: As `list()`; `refused` if the user dismissed the keyring's prompt, `damaged` for a secret that is
  ///   too long.
  package func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
    try unlessMissing { () throws(VaultError) in
      switch query {
      case .serving(let scope): try find([DockerItem.server(for: .registry(scope))], scope)
      case .server(let server), .address(let server): try find(server: server)
      case .listed(let record):
        if let server = record.serverURL { try find(server: server) } else { nil }
      case .endpointToken: nil
      }
    }
  }

  /// The credential that is kept for exactly this server, otherwise the one that serves it as a registry.
  private func find(server: String) throws(VaultError) -> Credential? {
    let scope = ServerKey.isDockerHubToken(server) ? nil : (try? RegistryURI(server))?.scope
    let usual = scope.map { DockerItem.server(for: .registry($0)) }
    let isOurs = server.hasPrefix("docker://") || server.hasPrefix("oras://")
    return try find(
      [isOurs ? nil : server, usual == server ? nil : usual].compactMap { $0 }, scope)
  }

  private func find(
    _ servers: [String], _ scope: RegistryScope?
  ) throws(VaultError) -> Credential? {
    // Most are asked for just as they are kept, and are then found without looking at others.
    var service = try SecretService(access, needsSecrets: true)
    let found = try service.search(
      servers.map { server in DockerItem.marker.merging(["server": server]) { $1 } })
    for (server, paths) in zip(servers, found) {
      let items = try service.items(paths).compactMap(DockerItem.init)
      if let item = items.filter({ $0.server == server }).newest {
        return try credential(item, from: &service)
      }
    }
    let logins = try items(from: &service).compactMap(DockerItem.init).current
    guard let scope, let record = logins.map(\.record).closest(to: scope),
      let item = logins.first(where: { $0.record.key == record.key })
    else { return nil }
    return try credential(item, from: &service)
  }

  private func credential(
    _ item: DockerItem, from service: inout SecretService
  ) throws(VaultError) -> Credential? {
    guard let secret = try service.secret(of: item.path) else { return nil }
    return Credential(record: item.record, secret: secret)
  }

  /// Keeps a credential in place of every one for the same scope.
  ///
  /// Its spellings are added to those already there.
  ///
  /// - Throws: As `find(_:)`; `configuration` if there is no keyring for new items, `invalidInput` for a name
  ///   that no item can have.
  package func put(_ credential: borrowing Credential) throws(VaultError) {
    guard credential.secret.count <= SecretBytes.longestSecret else {
      throw VaultError(
        .invalidInput, "the secret is longer than \(SecretBytes.longestSecret) bytes")
    }
    guard !credential.secret.isEmpty else { throw VaultError.secretIsEmpty }
    var record = credential.record
    var service = try SecretService(access, needsSecrets: true)
    guard service.locks.isDefaultLocked != nil else { throw VaultError.keyringHasNoDefault }
    try service.unlockDefault()
    // Otherwise two that store at once would each leave the other's.
    try service.takeTurn()
    let items = try items(from: &service)
    let earlier = items.compactMap(DockerItem.init).filter { $0.record.key == record.key }
    let known = earlier.newest?.record.spellings ?? []
    record.spellings = known + record.spellings.filter { !known.contains($0) }
    let server =
      record.serverURL ?? earlier.newest?.server ?? DockerItem.server(for: record.key)
    let attributes = DockerItem.attributes(of: record, server: server)
    guard !attributes.values.contains(where: { $0.utf8.contains(0) }) else {
      throw VaultError(.invalidInput, "a name has a zero byte, which the keyring does not take")
    }
    let kept = try service.keep(label: server, attributes: attributes, secret: credential.secret)
    // Only what was there before, and only now, so that a failure loses nothing.
    do throws(VaultError) {
      for item in earlier where item.path != kept { try service.delete(item.path) }
    } catch {
      throw VaultError(
        error.code, "the login is stored, but the earlier one is there too: \(error.message)",
        cause: error)
    }
  }

  /// Removes the credentials of every user with exactly this key.
  ///
  /// Returns whether there was one.
  package func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    try unlessMissing { () throws(VaultError) in
      var service = try SecretService(access, needsSecrets: false)
      let items = try items(from: &service)
      let logins = items.compactMap(DockerItem.init).filter { $0.record.key == key }
      for item in logins { try service.delete(item.path) }
      return !logins.isEmpty
    } ?? false
  }

  // MARK: All items

  /// All items that are logins, of every user.
  func everything() throws(VaultError) -> [DockerItem] {
    var service = try SecretService(access, needsSecrets: false)
    return try items(from: &service).compactMap(DockerItem.init)
  }

  /// All items that may be logins.
  ///
  /// - Throws: `unavailable` if the keyring is locked: some tell nothing of what they have then, and others
  ///   give attributes that are hashes.
  private func items(from service: inout SecretService) throws(VaultError) -> [SecretItem] {
    try service.unlockDefault()
    return try service.items(try service.search([DockerItem.marker]).flatMap { $0 })
  }
}
