import Compat
import Vault

/// All places where logins are looked for, in their order: the sealed vault, then remote.yaml.
struct LoginStores {
  let session: Session
  let talk: Talk
  let opening: VaultOpening

  init(_ session: Session, _ options: VaultOptions, _ talk: Talk) throws(VaultError) {
    self.session = session
    self.talk = talk
    opening = try VaultOpening(session, options, talk)
  }

  /// The unencrypted store.
  func remoteYAML() throws(VaultError) -> RemoteYAMLStore {
    let environment = session.environment
    let folder = environment["APPTAINER_CONFIGDIR"].map(environment.absolute)
    let home = folder == nil ? try environment.home : ""
    return RemoteYAMLStore(path: RemoteYAMLStore.userPath(configFolder: folder, home: home))
  }

  /// The login that serves a scope.
  ///
  /// - Throws: What opening the vault throws: without it nobody knows whether it has the login.
  func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    if let vault = try opening.open(), let credential = try vault.find(scope) {
      return credential
    }
    let plain = try remoteYAML()
    guard let credential = try plain.find(scope) else { return nil }
    talk.warning("This login lies unencrypted in \(plain.path)")
    return credential
  }
}
