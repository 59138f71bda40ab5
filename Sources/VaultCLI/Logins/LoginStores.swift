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

  /// The login that serves an address, or that is listed just so.
  ///
  /// - Throws: `invalidInput` for what is neither, and what opening the vault throws: without it nobody
  ///   knows whether it has the login.
  func find(_ address: String) throws(VaultError) -> Credential? {
    let scope = Result { () throws(VaultError) in try RegistryURI(address).scope }
    if let vault = try opening.open() {
      if let credential = try vault.find(.helperKey(address)) { return credential }
      if case .success(let scope) = scope, let credential = try vault.find(scope) {
        return credential
      }
      if let credential = try vault.find(.keyserver(address)) { return credential }
      if let credential = try vault.find(.endpoint(address)) { return credential }
    }
    let plain = try remoteYAML()
    guard let credential = try plain.find(scope.get()) else { return nil }
    talk.warning("This login lies unencrypted in \(plain.path)")
    return credential
  }
}
