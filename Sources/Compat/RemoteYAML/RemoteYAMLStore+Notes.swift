internal import SealedFormat
internal import Vault

/// Apptainer's notes of logins whose secrets lie in its docker-config.json: entries without `Auth`.
extension RemoteYAMLStore {
  /// The addresses that are noted, with what they say of plain http.
  ///
  /// An entry with `Auth` is a note too: a login to the other plaintext store fills the note in.
  func notes() throws(VaultError) -> [RemoteConfiguration.Entry] {
    try read().credentials.filter { $0.registry != nil }
  }

  /// Notes a login under its addresses.
  ///
  /// - Throws: `damaged` for a file that is not read or not edited; it is then as it was.
  func note(_ record: CredentialRecord, _ scope: RegistryScope) throws(VaultError) {
    let addresses = try record.addresses(of: scope)
    _ = try change { (configuration) throws(VaultError) in
      try configuration.noting(addresses, isInsecure: !record.isSecure)
    }
  }

  /// Takes the notes of exactly this scope away.
  ///
  /// Returns whether there was one.
  func removeNotes(of scope: RegistryScope) throws(VaultError) -> Bool {
    guard try file.readSecret() != nil else { return false }
    return try change { (configuration) throws(VaultError) in
      try configuration.removing(scope, whereNote: true)
    }
  }
}
