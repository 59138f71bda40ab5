internal import SealedFormat
package import Vault

/// Where the container tools of one user keep what they know of registries.
///
/// A path that depends on HOME throws `configuration` if HOME is needed and not set, so that a command
/// whose files are all named works without it.
package struct ClientPlaces: Sendable {
  private let environment: Environment

  package init(_ environment: Environment) { self.environment = environment }

  /// docker's config.json.
  package var docker: String {
    get throws(VaultError) { try folder("DOCKER_CONFIG", default: ".docker") + "/config.json" }
  }

  /// Apptainer's own folder.
  package var apptainerFolder: String {
    get throws(VaultError) { try folder("APPTAINER_CONFIGDIR", default: ".apptainer") }
  }

  /// Apptainer's file of registry logins.
  package var apptainer: String {
    get throws(VaultError) { try apptainerFolder + "/docker-config.json" }
  }

  /// Apptainer's list of remote endpoints, keyservers and registry logins.
  package var remoteYAML: String {
    get throws(VaultError) { try apptainerFolder + "/remote.yaml" }
  }

  /// SingularityCE's folder, which has the same files as Apptainer's.
  var singularityFolder: String {
    get throws(VaultError) { try folder("SINGULARITY_CONFIGDIR", default: ".singularity") }
  }

  /// The user's folder for podman, skopeo, buildah and CRI-O.
  package var containersFolder: String {
    get throws(VaultError) { try folder("XDG_CONFIG_HOME", default: ".config") + "/containers" }
  }

  /// The folders of additions to podman's registries.conf: up to podman 5 it is below HOME whatever
  /// XDG_CONFIG_HOME says, later versions follow that.
  package var dropInFolders: [String] {
    get throws(VaultError) {
      let name = "/registries.conf.d"
      let current = try containersFolder + name
      guard let home = try? environment.home else { return [current] }
      let old = home + "/.config/containers" + name
      return old == current ? [current] : [old, current]
    }
  }

  /// docker's file of the form before config.json, which podman, skopeo and docker-py still read.
  var oldDocker: String {
    get throws(VaultError) { try environment.home + "/.dockercfg" }
  }

  /// helm's file of registry logins.
  var helm: String {
    get throws(VaultError) {
      if let file = environment["HELM_REGISTRY_CONFIG"] { return environment.absolute(file) }
      if let folder = environment["HELM_CONFIG_HOME"] {
        return environment.absolute(folder) + "/registry/config.json"
      }
      return try folder("XDG_CONFIG_HOME", default: ".config") + "/helm/registry/config.json"
    }
  }

  /// XDG_RUNTIME_DIR, if it is another user's, as after `su`: its files are not ours to read.
  var foreignRuntimeFolder: String? {
    guard let folder = environment["XDG_RUNTIME_DIR"], let facts = FileFacts(path: folder),
      facts.owner != ProcessUser.id
    else { return nil }
    return folder
  }

  /// The files in which podman, skopeo and buildah keep logins, in the order in which they look.
  package var authFiles: [String] {
    var files: [String] = []
    if let file = environment["REGISTRY_AUTH_FILE"] { files.append(environment.absolute(file)) }
    if let folder = environment["XDG_RUNTIME_DIR"], foreignRuntimeFolder == nil {
      files.append(environment.absolute(folder) + "/containers/auth.json")
    }
    if let folder = try? containersFolder { files.append(folder + "/auth.json") }
    return files
  }

  /// The file of docker's form that this Apptainer reads: its own if there is one, otherwise docker's.
  package var apptainerReads: String {
    get throws(VaultError) {
      if let file = apptainerNamed { return file }
      let own = try apptainer
      guard !Path.exists(own) else { return own }
      return try apptainerFallback
    }
  }

  /// The file that APPTAINER_AUTH_FILE names; nil if it is not set.
  var apptainerNamed: String? { environment["APPTAINER_AUTH_FILE"].map(environment.absolute) }

  /// The file that Apptainer reads if it has none of its own: it looks beside it if the folder is named.
  var apptainerFallback: String {
    get throws(VaultError) {
      environment["APPTAINER_CONFIGDIR"] == nil
        ? try environment.home + "/.docker/config.json" : try apptainerFolder + "/config.json"
    }
  }

  /// The variables, of those that are set, by which a client is given a login past its files.
  var overrides: [String] {
    [
      "DOCKER_AUTH_CONFIG", "APPTAINER_AUTH_FILE", "APPTAINER_DOCKER_PASSWORD",
      "SINGULARITY_DOCKER_PASSWORD", "DOCKER_PASSWORD",
    ].filter { environment[$0] != nil }
  }

  private func folder(
    _ variable: String, default name: String
  ) throws(VaultError) -> String {
    if let folder = environment[variable] { return environment.absolute(folder) }
    return try environment.home + "/" + name
  }
}
