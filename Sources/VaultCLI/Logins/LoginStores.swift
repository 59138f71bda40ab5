import Compat
import SealedFormat
import Vault

/// All places where logins are looked for, in their order: the sealed vault, the desktop keyring, then
/// remote.yaml.
struct LoginStores {
  let session: Session
  let console: Console
  let opening: VaultOpening

  init(_ session: Session, _ options: VaultOptions, _ console: Console) throws(VaultError) {
    self.session = session
    self.console = console
    opening = try VaultOpening(session, options, console)
  }

  /// The unencrypted store.
  func remoteYAML() throws(VaultError) -> RemoteYAMLStore {
    let environment = session.environment
    let folder = environment["APPTAINER_CONFIGDIR"].map(environment.absolute)
    let home = folder == nil ? try environment.home : ""
    return RemoteYAMLStore(path: RemoteYAMLStore.userPath(configFolder: folder, home: home))
  }

  /// Apptainer's own logins, unencrypted too.
  func apptainer() throws(VaultError) -> ApptainerStore { try ApptainerStore(session.environment) }

  /// The login that serves an address, or that is listed just so.
  ///
  /// - Throws: `invalidInput` for what is neither, and what opening the vault throws: without it nobody
  ///   knows whether it has the login.
  func find(_ address: String) throws(VaultError) -> Credential? {
    let hasVault: Bool
    if let vault = try opening.open() {
      if let credential = try vault.find(address: address) { return credential }
      hasVault = true
    } else {
      hasVault = false
    }
    let kept = try opening.access.askKeyring(besideVault: hasVault) { (store) throws(VaultError) in
      try store.find(serverURL: address)
    }
    if let kept { return kept }
    return try findUnencrypted(try RegistryURI(address).scope)
  }

  /// The login that serves a registry, among those that lie unencrypted.
  func findUnencrypted(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    let plain = try remoteYAML()
    if let credential = try plain.find(scope) {
      console.warning("This login lies unencrypted in \(plain.path)")
      return credential
    }
    let apptainer = try apptainer()
    guard let credential = try apptainer.find(scope) else { return nil }
    console.warning("This login lies unencrypted in \(apptainer.path)")
    return credential
  }
}

extension SealedStore {
  /// The login that serves an address, or that is listed just so.
  ///
  /// No registry is listed by `https://`, as keyservers are; but an endpoint may be named like a host.
  borrowing func find(address: String) throws(VaultError) -> Credential? {
    for key in [CredentialRecord.Key.helperKey(address), .keyserver(address)] {
      if let credential = try find(key) { return credential }
    }
    if let scope = try? RegistryURI(address).scope, let credential = try find(scope) {
      return credential
    }
    return try find(.endpoint(address))
  }
}
