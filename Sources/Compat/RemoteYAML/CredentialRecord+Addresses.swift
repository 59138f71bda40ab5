internal import SealedFormat
internal import Vault

extension CredentialRecord {
  /// The addresses under which a login stands in remote.yaml: those of docker and oras, because Apptainer
  /// takes `https` for a keyserver.
  ///
  /// - Parameter scope: The registry that the login is for.
  /// - Returns: At least one address.
  /// - Throws: `invalidInput` if a spelling is not an address of it.
  func addresses(of scope: RegistryScope) throws(VaultError) -> [RegistryURI] {
    var addresses: [RegistryURI] = []
    for spelling in spellings {
      var uri = try RegistryURI(spelling)
      if uri.scheme == .https || uri.scheme == .http { uri = try RegistryURI(scope.text) }
      guard uri.scope == scope else {
        throw VaultError(
          .invalidInput, "\"\(spelling.escapingControls)\" is not an address of \(scope.text)")
      }
      if !addresses.contains(uri) { addresses.append(uri) }
    }
    return addresses.isEmpty ? [try RegistryURI(scope.text)] : addresses
  }
}
