import SealedFormat
import Vault

extension CredentialRecord {
  /// The key under which a list for docker's clients names this credential; nil where it names none.
  ///
  /// No key has a scheme: one such key in the list, and podman's remote client fails every pull.
  /// docker's clients take the host alone too. A part of a registry is listed only where a client
  /// stored it so, as the others do not know what to make of it.
  var listKey: String? {
    guard username != TokenUsername.registryToken else { return nil }
    guard let scope else { return serverURL.flatMap { Self.isListed($0) ? $0 : nil } }
    return scope.path.isEmpty || serverURL != nil ? scope.text : nil
  }

  /// Whether podman takes a key that is no address: without scheme, tag and digest.
  private static func isListed(_ key: String) -> Bool {
    guard !key.hasPrefix("http://"), !key.hasPrefix("https://"), !key.contains("@") else {
      return false
    }
    return !key.drop { $0 != "/" }.contains(":")
  }
}
