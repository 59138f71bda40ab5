/// A program that can be told to ask docker-credential-vault.
package enum HelperClient: String, CaseIterable, Sendable {
  /// docker, and what reads its config.json: compose, buildx, oras, helm, crane.
  case docker
  /// podman, skopeo, buildah and CRI-O.
  case podman
  /// Apptainer; it asks for logins by two libraries, docker's and podman's, so it needs both files.
  case apptainer

  /// The programs of which one on the PATH means that the client is used here.
  package var programs: [String] {
    switch self {
    case .docker: ["docker"]
    case .podman: ["podman", "skopeo", "buildah"]
    case .apptainer: ["apptainer"]
    }
  }

  func files(in places: ClientPlaces) -> [HelperFile] {
    let dropIn = HelperFile(path: places.dropInFolder + "/50-vault.conf", form: .dropIn)
    return switch self {
    case .docker: [HelperFile(path: places.docker, form: .dockerConfiguration)]
    case .podman: [dropIn]
    case .apptainer: [HelperFile(path: places.apptainer, form: .dockerConfiguration), dropIn]
    }
  }
}

/// A file by which a client is told.
struct HelperFile: Sendable {
  enum Form: Sendable {
    /// A member `credsStore` in docker's form of configuration.
    case dockerConfiguration
    /// A file of its own among the additions to registries.conf.
    case dropIn
  }

  /// What the clients call the helper: `docker-credential-vault` without its beginning.
  static let helper = "vault"

  /// The vault alone, without `containers-auth.json`: that one would catch a login that the vault does
  /// not take, and keep it unencrypted.
  static let dropIn = """
    # Has podman, skopeo, buildah, CRI-O and Apptainer ask docker-credential-vault for logins.
    # Made by  vault helper install ; taken away by  vault helper uninstall .
    credential-helpers = ["\(helper)"]

    """

  let path: String
  let form: Form
}
