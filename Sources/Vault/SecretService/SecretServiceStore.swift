package import SealedFormat

/// The desktop keyring as a store.
///
/// Each action opens a connection of its own and waits for nothing without a limit. Locked, missing, not
/// there and dismissed are four failures of their own.
package struct SecretServiceStore {
  let access: KeyringAccess

  /// The keyring as a store; nothing is asked of it yet.
  ///
  /// - Parameter access: Where it is.
  package init(_ access: KeyringAccess) { self.access = access }

  /// What the keyring has of registry logins.
  package struct Contents: Sendable {
    /// The logins, one for each registry.
    package let records: [CredentialRecord]
    /// The labels of items that name no server or no user, and so are of no use.
    package let unusable: [String]
  }

  // MARK: Logins

  /// Everything that is kept, one for each registry; asks for no secret.
  ///
  /// - Returns: The records.
  /// - Throws: `unreachable` where there is no keyring or no answer, `unavailable` where it is locked.
  package func list() throws(VaultError) -> [CredentialRecord] { try contents().records }

  /// As `list()`, with what is of no use.
  ///
  /// - Returns: Records and labels.
  /// - Throws: As `list()`.
  package func contents() throws(VaultError) -> Contents {
    var service = try openAll(needsSecrets: false)
    let items = try items(service.firstReplies, from: &service)
    let logins = items.compactMap(DockerItem.init)
    return Contents(
      records: logins.current.map(\.record),
      unusable: items.filter { DockerItem($0) == nil }.map { $0.label.isEmpty ? $0.path : $0.label }
    )
  }

  /// The credential with the longest scope that covers `scope`, or nil.
  ///
  /// - Parameter scope: What is asked for.
  /// - Returns: The credential with its secret.
  /// - Throws: As `list()`; `refused` where the user dismissed the keyring's question, `damaged` for a
  ///   secret that is too long.
  package func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    try find([DockerItem.server(for: .registry(scope))], scope)
  }

  /// The credential that is kept for exactly this server, or else serves it as a registry.
  ///
  /// - Parameter serverURL: A registry's address, or a key of docker's helper protocol.
  /// - Returns: The credential with its secret.
  /// - Throws: As `find(_:)`.
  package func find(serverURL: String) throws(VaultError) -> Credential? {
    let scope =
      ServerKey.isDockerHubToken(serverURL) ? nil : (try? RegistryURI(serverURL))?.scope
    let usual = scope.map { DockerItem.server(for: .registry($0)) }
    let isOurs = serverURL.hasPrefix("docker://") || serverURL.hasPrefix("oras://")
    return try find(
      [isOurs ? nil : serverURL, usual == serverURL ? nil : usual].compactMap { $0 }, scope)
  }

  private func find(
    _ servers: [String], _ scope: RegistryScope?
  ) throws(VaultError) -> Credential? {
    // Most are asked for just as they are kept, and are then found without looking at others.
    var service = try SecretService(
      access, needsSecrets: true,
      servers.map { server in
        SecretService.search(DockerItem.marker.merging(["server": server]) { $1 })
      })
    for (server, reply) in zip(servers, service.firstReplies) {
      let items = try service.items(try SecretService.found(reply)).compactMap(DockerItem.init)
      if let item = items.filter({ $0.server == server }).newest {
        return try credential(item, from: &service)
      }
    }
    let all = try self.items(try service.exchange(Self.searchAll), from: &service)
    let logins = all.compactMap(DockerItem.init).current
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

  /// Keeps a credential in the place of every one for the same scope.
  ///
  /// - Parameter credential: What to keep; its spellings are added to those already there.
  /// - Throws: As `find(_:)`; `configuration` where there is no keyring for new items, `invalidInput` for
  ///   a name that no item can have.
  package mutating func put(_ credential: borrowing Credential) throws(VaultError) {
    guard credential.secret.count <= SecretBytes.longestSecret else {
      throw VaultError(
        .invalidInput, "the secret is longer than \(SecretBytes.longestSecret) bytes")
    }
    var record = credential.record
    var service = try openAll(needsSecrets: true)
    let items = try items(service.firstReplies, from: &service)
    let earlier = items.compactMap(DockerItem.init).filter { $0.record.key == record.key }
    let known = earlier.newest?.record.spellings ?? []
    record.spellings = known + record.spellings.filter { !known.contains($0) }
    let server =
      record.serverURL ?? earlier.newest?.server ?? DockerItem.server(for: record.key)
    let attributes = DockerItem.attributes(of: record, server: server)
    guard !attributes.values.contains(where: { $0.utf8.contains(0) }) else {
      throw VaultError(.invalidInput, "a name has a zero byte, which the keyring does not take")
    }
    let created = try service.create(
      label: server, attributes: attributes, secret: credential.secret)
    // Only what was there before, and only now: so that of two who write at once none removes the
    // other's, and a failure loses nothing.
    for item in earlier where item.path != created { try service.delete(item.path) }
  }

  /// Removes the credential of exactly this scope.
  ///
  /// - Parameter scope: Whose credential.
  /// - Returns: Whether there was one.
  /// - Throws: As `find(_:)`.
  package mutating func remove(_ scope: RegistryScope) throws(VaultError) -> Bool {
    try remove(.registry(scope))
  }

  /// Removes the credential with exactly this key, of every user.
  ///
  /// - Parameter key: Which credential.
  /// - Returns: Whether there was one.
  /// - Throws: As `find(_:)`.
  package mutating func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    var service = try openAll(needsSecrets: false)
    let items = try items(service.firstReplies, from: &service)
    let logins = items.compactMap(DockerItem.init).filter { $0.record.key == key }
    for item in logins { try service.delete(item.path) }
    return !logins.isEmpty
  }

  // MARK: All items

  private static let searchAll = [
    SecretService.search(DockerItem.marker), SecretService.isDefaultLocked,
  ]

  /// All items that are logins, of every user.
  func everything() throws(VaultError) -> [DockerItem] {
    var service = try openAll(needsSecrets: false)
    return try items(service.firstReplies, from: &service).compactMap(DockerItem.init)
  }

  /// Opens the keyring, and looks for all items that may be logins.
  private func openAll(needsSecrets: Bool) throws(VaultError) -> SecretService {
    try SecretService(access, needsSecrets: needsSecrets, Self.searchAll)
  }

  /// All items that may be logins, by the answers to `searchAll`.
  ///
  /// - Throws: `unavailable` where the keyring is locked: some keep what they have to themselves then, and
  ///   others give names that are none.
  private func items(
    _ replies: [KeyringReply], from service: inout SecretService
  ) throws(VaultError) -> [SecretItem] {
    var found = try SecretService.found(replies[0])
    if try SecretService.isLocked(replies.dropFirst()) == true {
      try service.unlockDefault()
      found = try SecretService.found(try service.exchange([Self.searchAll[0]])[0])
    }
    return try service.items(found)
  }
}
