package import SealedFormat
package import Vault

/// Where the container tools of one user keep what they know of registries.
package struct ClientPlaces: Sendable {
  /// docker's config.json.
  package let docker: String
  /// Apptainer's own folder.
  package let apptainerFolder: String
  /// The user's folder for podman, skopeo, buildah and CRI-O.
  package let containersFolder: String
  /// The files in which podman and its kin keep logins, in the order in which they look.
  package let authFiles: [String]
  /// The variables, of those that are set, by which a client is given a login past its files.
  let overrides: [String]

  /// Apptainer's file of registry logins.
  package var apptainer: String { apptainerFolder + "/docker-config.json" }
  /// The folder of additions to podman's registries.conf.
  package var dropInFolder: String { containersFolder + "/registries.conf.d" }

  /// Finds the places from what the tools themselves go by.
  ///
  /// - Parameter environment: DOCKER_CONFIG, APPTAINER_CONFIGDIR, XDG_CONFIG_HOME, XDG_RUNTIME_DIR and
  ///   REGISTRY_AUTH_FILE count, else HOME.
  /// - Throws: `configuration` where HOME is not set.
  package init(_ environment: Environment) throws(VaultError) {
    let home = try environment.home
    docker =
      environment["DOCKER_CONFIG"].map { environment.absolute($0) + "/config.json" }
      ?? home + "/.docker/config.json"
    apptainerFolder =
      environment["APPTAINER_CONFIGDIR"].map(environment.absolute) ?? home + "/.apptainer"
    containersFolder = (environment["XDG_CONFIG_HOME"] ?? home + "/.config") + "/containers"
    var files: [String] = []
    if let file = environment["REGISTRY_AUTH_FILE"] { files.append(environment.absolute(file)) }
    if let folder = environment["XDG_RUNTIME_DIR"] {
      files.append(folder + "/containers/auth.json")
    }
    files.append(containersFolder + "/auth.json")
    authFiles = files
    overrides = [
      "DOCKER_AUTH_CONFIG", "APPTAINER_AUTH_FILE", "APPTAINER_DOCKER_PASSWORD",
      "SINGULARITY_DOCKER_PASSWORD", "DOCKER_PASSWORD",
    ].filter { environment[$0] != nil }
  }
}
