internal import SealedFormat

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

  /// The files by which the client is told.
  func files(in places: ClientPlaces) throws(VaultError) -> [HelperFile] {
    switch self {
    case .docker: [HelperFile(path: try places.docker, form: .dockerConfiguration)]
    case .podman: try dropIns(in: places)
    case .apptainer:
      [HelperFile(path: try places.apptainer, form: .dockerConfiguration)]
        + (try dropIns(in: places))
    }
  }

  private func dropIns(in places: ClientPlaces) throws(VaultError) -> [HelperFile] {
    try places.dropInFolders.map {
      HelperFile(path: $0 + "/" + HelperFile.dropInName, form: .dropIn)
    }
  }

  /// The program in whose files the client's logins lie.
  package var program: PlaintextPlace.Program {
    switch self {
    case .docker: .docker
    case .podman: .podman
    case .apptainer: .apptainer
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

  static let dropInName = "50-vault.conf"

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
