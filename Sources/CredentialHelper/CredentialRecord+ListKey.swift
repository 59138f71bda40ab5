import SealedFormat
import Vault

extension CredentialRecord {
  /// The key under which a list for docker's clients names this credential; nil if it names none.
  ///
  /// No key has a scheme: one such key in the list, and podman's remote client fails every pull. A login
  /// for a part of a registry is named too: `podman logout --all` removes what the list names.
  var listKey: String? {
    guard username != TokenUsername.registryToken else { return nil }
    if let scope { return scope.text }
    return serverURL.flatMap { Self.isListed($0) ? $0 : nil }
  }

  /// Whether podman takes a key that is no address: without scheme, tag and digest.
  private static func isListed(_ key: String) -> Bool {
    guard !key.hasPrefix("http://"), !key.hasPrefix("https://"), !key.contains("@") else {
      return false
    }
    return !key.drop { $0 != "/" }.contains(":")
  }
}
