import Vault

extension CredentialRecord {
  /// The key under which a list for docker's clients names this credential; nil where it names none.
  ///
  /// Docker knows Docker Hub by its URL alone; podman takes no other key with a scheme. A part of a
  /// registry is listed only where a client stored it so.
  var listKey: String? {
    guard username != RegistryClient.registryTokenUsername else { return nil }
    if let serverURL, !serverURL.lowercased().hasPrefix("http://") { return serverURL }
    guard let scope, scope.path.isEmpty else { return nil }
    return scope.isDockerHub ? "https://index.docker.io/v1/" : scope.authority
  }
}
