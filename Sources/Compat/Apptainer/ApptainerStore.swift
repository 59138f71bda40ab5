package import SealedFormat
package import Vault

/// The logins of Apptainer itself, unencrypted: a note of each in remote.yaml, and its secret in the file
/// of docker's form that this Apptainer reads.
///
/// Secrets of that file without a note are another program's logins, and no affair of this store.
package struct ApptainerStore: LoginStore, Sendable {
  /// The file with the secrets, an absolute path.
  package let path: String
  /// The file with the notes.
  package let index: RemoteYAMLStore

  package var name: String { "apptainer" }
  package var place: String { path }
  package var isPlaintext: Bool { true }

  /// Finds the files as Apptainer does.
  ///
  /// - Parameters:
  ///   - environment: APPTAINER_AUTH_FILE and APPTAINER_CONFIGDIR count, else HOME.
  ///   - warn: Is told if a change limits who can use a file.
  /// - Throws: `configuration` where HOME is needed and not set.
  package init(
    _ environment: Environment, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(VaultError) {
    let places = ClientPlaces(environment)
    index = RemoteYAMLStore(path: try places.remoteYAML, warn: warn)
    path = try places.apptainerReads
  }

  /// The logins that are noted and whose secrets are there, one for each scope.
  ///
  /// - Returns: The records; when a login was stored is not known: `created` is 0.
  /// - Throws: `damaged`, with the line and the reason, or `configuration` for an unsafe owner or mode.
  package func list() throws(VaultError) -> [CredentialRecord] {
    let notes = try index.notes()
    guard !notes.isEmpty, let configuration = try DockerConfiguration.read(path) else { return [] }
    var records: [CredentialRecord] = []
    for note in notes {
      guard let registry = note.registry else { continue }
      if let place = records.firstIndex(where: { $0.scope == registry.scope }) {
        guard !records[place].spellings.contains(registry.text) else { continue }
        records[place].spellings.append(registry.text)
      } else if let login = try configuration.login(to: registry.scope) {
        records.append(
          CredentialRecord(
            key: .registry(registry.scope), spellings: [registry.text],
            isSecure: !note.isInsecure, username: login.username, created: 0))
      }
    }
    return records
  }

  package func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
    guard let scope = query.scope, let record = try list().closest(to: scope),
      let own = record.scope,
      let configuration = try DockerConfiguration.read(path),
      let login = try configuration.login(to: own)
    else { return nil }
    return Credential(record: record, secret: login.takeSecret())
  }

  /// Writes a login, and a note of it.
  ///
  /// - Parameter credential: A registry's login.
  /// - Throws: `invalidInput` for what Apptainer cannot use, `configuration` where Apptainer asks a helper
  ///   instead, `damaged` for a file that is not read or not edited; nothing is then written.
  package func put(_ credential: borrowing Credential) throws(VaultError) {
    guard let scope = credential.record.scope else {
      throw VaultError(.invalidInput, "only logins of registries are written to \(path)")
    }
    try checkIsRead(scope)
    let durable = DockerConfiguration.file(path)
    _ = try adding(credential, scope, to: try durable.readSecret())
    // First the note, which is harder to write: without its secret it does no harm, but a secret without
    // a note is not seen. Each file is locked alone: a migration locks both in another order.
    try index.note(credential.record, scope)
    let update = try durable.beginUpdate()
    let text = try adding(credential, scope, to: try update.readSecret())
    if let note = try update.replaceKeepingAccess(with: text.bytes, addsSecret: true) {
      index.warn(note)
    }
  }

  /// The file with a login in it.
  private func adding(
    _ credential: borrowing Credential, _ scope: RegistryScope, to text: consuming SecretBytes?
  ) throws(VaultError) -> SecretBytes {
    var file = try CredentialFile(.apptainer, path: path, holding: text)
    if let reason = try file.add(credential) {
      throw VaultError(.invalidInput, "\(scope.text) is not written to \(path): \(reason)")
    }
    return file.takeText()
  }

  /// Removes the secret and the notes of exactly this scope.
  ///
  /// Returns whether there was one.
  package func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    guard case .registry(let scope, _) = key else { return false }
    let wasThere = try removeSecret(of: scope)
    let wasNoted = try index.removeNotes(of: scope)
    return wasThere || wasNoted
  }

  private func removeSecret(of scope: RegistryScope) throws(VaultError) -> Bool {
    guard try DockerConfiguration.read(path)?.entry(of: scope) != nil else { return false }
    let update = try DockerConfiguration.file(path).beginUpdate()
    guard let text = try update.readSecret() else { return false }
    let configuration = try DockerConfiguration(JSONDocument.readOrEmpty(text, path: path))
    guard let entry = configuration.entry(of: scope) else { return false }
    let document = try configuration.takeDocument().removing(entry.path)
    let new = document.takeText()
    if let note = try update.replaceKeepingAccess(with: new.bytes) { index.warn(note) }
    return true
  }

  /// Refuses to write what nobody would read, or what cannot be noted.
  ///
  /// - Parameter scope: What the login is for.
  /// - Throws: `configuration` where Apptainer asks a helper for it, and what reading the files throws.
  package func checkIsRead(_ scope: RegistryScope) throws(VaultError) {
    _ = try index.notes()
    guard let configuration = try DockerConfiguration.read(path) else { return }
    let key = CredentialFileForm.apptainer.serverKey(of: scope)
    guard
      let helper = configuration.credentialStore
        ?? configuration.credentialHelpers.first(where: { $0.server.hasSameBytes(as: key) })?.helper,
      !helper.isEmpty
    else { return }
    let isOwn = path.hasSuffix("/docker-config.json")
    let client = isOwn ? HelperClient.apptainer : .docker
    throw VaultError(
      .configuration,
      "\(path) makes Apptainer ask the credential helper \(helper.escapingControls), so a login in the "
        + "file would not be used", remedy: .avoidHelper(client: client.rawValue))
  }
}

extension DockerConfiguration {
  /// The login to a registry.
  fileprivate borrowing func login(to scope: RegistryScope) throws(VaultError) -> DockerLogin? {
    guard let entry = entry(of: scope), !entry.secrets.isEmpty else { return nil }
    return try login(of: entry)
  }

  /// The entry of a registry's login.
  ///
  /// It is the one under the key that Apptainer writes, otherwise that of another spelling, if there is
  /// just one. Other entries are another program's.
  fileprivate func entry(of scope: RegistryScope) -> Entry? {
    let key = CredentialFileForm.apptainer.serverKey(of: scope)
    if let own = entries.first(where: { $0.key.hasSameBytes(as: key) }) { return own }
    let others = entries.filter { $0.isFor(scope) }
    return others.count == 1 ? others[0] : nil
  }
}

extension DockerConfiguration.Entry {
  /// Whether the key means this scope, however it is spelled.
  fileprivate func isFor(_ scope: RegistryScope) -> Bool {
    guard case .registry(let own, _) = ServerKey(configurationKey: key).key else { return false }
    return own == scope
  }
}
