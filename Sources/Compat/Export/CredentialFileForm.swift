package import SealedFormat
internal import Vault

/// A kind of file in which another program keeps logins in the clear.
package enum CredentialFileForm: String, CaseIterable, Sendable {
  /// Apptainer's and SingularityCE's remote.yaml: tokens of endpoints, logins of keyservers, and those of
  /// registries in the documented format.
  case remoteYAML = "remote-yaml"
  /// Their docker-config.json.
  case apptainer
  /// docker's config.json.
  case dockerConfig = "docker-config"
  /// The auth.json of podman, skopeo, buildah and CRI-O.
  case authJSON = "auth-json"

  /// The key under which the program looks for the login to a registry.
  ///
  /// - Parameter scope: The registry, or a part of it.
  /// - Returns: The key, to the letter.
  package func serverKey(of scope: RegistryScope) -> String {
    guard scope.isDockerHub, scope.path.isEmpty else { return scope.text }
    return self == .authJSON ? RegistryScope.dockerHub : "https://index.docker.io/v1/"
  }

  /// Whether the program knows logins for a part of a registry.
  ///
  /// docker and Apptainer take any key of the same host where they find no better one, so a login for one
  /// part of a registry would go to the others.
  var knowsPrefixes: Bool { self == .authJSON || self == .remoteYAML }
}
