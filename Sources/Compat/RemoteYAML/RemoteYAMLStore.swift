package import SealedFormat
package import Vault

/// The registry logins in an unencrypted remote.yaml, in the documented format.
///
/// Only entries for `docker://` and `oras://` addresses are logins here, and only those with an
/// `Auth` value. Everything else in the file stays as it is, byte for byte.
package struct RemoteYAMLStore: LoginStore, Sendable {
  /// The file's absolute path.
  package let path: String
  /// Is told if a change limits who can use the file.
  let warn: @Sendable (String) -> Void

  /// Names the file, by an absolute path; nothing is opened yet.
  package init(path: String, warn: @escaping @Sendable (String) -> Void = { _ in }) {
    self.path = path
    self.warn = warn
  }

  package var name: String { "remote-yaml" }
  package var place: String { path }
  package var isPlaintext: Bool { true }

  /// Everything in the file; an empty configuration if there is no file.
  ///
  /// - Throws: `damaged` with the line and the reason, or `configuration` for an unsafe owner or
  ///   mode.
  package func read() throws(VaultError) -> RemoteConfiguration {
    try configuration(from: try file.readSecret())
  }

  /// The logins, one for each scope, in the order of the file.
  ///
  /// To know the user names it decodes the `Basic` values, in guarded memory. A bearer token has an
  /// empty user name. When a login was stored is not known: `created` is 0.
  package func list() throws(VaultError) -> [CredentialRecord] {
    logins(of: try read()).map(\.record)
  }

  /// The login with the longest scope that covers `scope`, or nil.
  package func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
    guard let scope = query.scope else { return nil }
    let configuration = try read()
    let covering = logins(of: configuration).filter { $0.scope.covers(scope) }
    guard let login = covering.max(by: { $0.scope.path.utf8.count < $1.scope.path.utf8.count }),
      let value = try configuration.authorization(of: login.entry),
      let authorization = try Authorization.parse(value.bytes)
    else { return nil }
    return Credential(record: login.record, secret: authorization.secret)
  }

  /// Writes a registry's login into the file, in the place of those for the same scope.
  ///
  /// One with an empty user name is written as a bearer token.
  ///
  /// - Throws: `invalidInput` for other logins and for a user name with ":" in it, `damaged` for a
  ///   file that is not read or not edited; the file is then as it was.
  package func put(_ credential: borrowing Credential) throws(VaultError) {
    let record = credential.record
    guard let scope = record.scope else {
      throw VaultError(.invalidInput, "only logins of registries are written to \(path)")
    }
    let value = try Authorization.value(
      username: record.username, secret: credential.secret.bytes)
    let addresses = try record.addresses(of: scope)
    _ = try change(secret: value.bytes) { (configuration) throws(VaultError) in
      try configuration.keeping(scope, at: addresses, isInsecure: !record.isSecure)
    }
  }

  /// Takes all entries of exactly this scope away, also those that Apptainer wrote without a secret.
  ///
  /// Returns whether there was one.
  package func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool {
    guard case .registry(let scope, _) = key else { return false }
    // Without a file there is nothing to lock; to lock it would create its folder.
    guard try file.readSecret() != nil else { return false }
    return try change { (configuration) throws(VaultError) in try configuration.removing(scope) }
  }

  /// Changes the file under its lock, and verifies the change before it is written.
  ///
  /// - Parameters:
  ///   - secret: What stands for the secret in the edit.
  ///   - body: Makes the edit; nil if there is nothing to change.
  /// - Returns: Whether the file was changed.
  func change(
    secret: RawSpan = RawSpan(),
    _ body: (borrowing RemoteConfiguration) throws(VaultError) -> RemoteEdit?
  ) throws(VaultError) -> Bool {
    let update = try file.beginUpdate()
    let configuration = try configuration(from: try update.readSecret())
    guard let edit = try body(configuration) else { return false }
    let text = try configuration.edited(by: edit, secret: secret)
    if let note = try update.replaceKeepingAccess(
      with: text.bytes, addsSecret: secret.byteCount > 0)
    {
      warn(note)
    }
    return true
  }

  var file: DurableFile {
    DurableFile(path: path, owner: .otherProgram, limit: RemoteConfiguration.longestFile)
  }

  func configuration(
    from bytes: consuming SecretBytes?
  ) throws(VaultError) -> RemoteConfiguration {
    let bytes = if let bytes { bytes } else { try SecretBytes(copying: RawSpan()) }
    return try RemoteConfiguration(bytes, path: path)
  }

  private struct Login {
    let scope: RegistryScope
    let entry: RemoteConfiguration.Entry
    var record: CredentialRecord
  }

  private func logins(of configuration: borrowing RemoteConfiguration) -> [Login] {
    var logins: [Login] = []
    for entry in configuration.credentials {
      guard let registry = entry.registry, let username = entry.username else { continue }
      if let index = logins.firstIndex(where: { $0.scope == registry.scope }) {
        if !logins[index].record.spellings.contains(registry.text) {
          logins[index].record.spellings.append(registry.text)
        }
      } else {
        let record = CredentialRecord(
          key: .registry(registry.scope), spellings: [registry.text],
          isSecure: !entry.isInsecure, username: username, created: 0)
        logins.append(Login(scope: registry.scope, entry: entry, record: record))
      }
    }
    return logins
  }
}
