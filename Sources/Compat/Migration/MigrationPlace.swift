package import SealedFormat
package import Vault

/// A file in which a program may keep logins in the clear.
package struct MigrationPlace: Hashable, Sendable {
  /// Whose file it is.
  package enum Program: String, Sendable {
    case docker, podman
    case apptainer = "Apptainer"
    case singularity = "Singularity"
    /// That of a file which the user named.
    case unknown = "another program"
  }

  /// How it is written.
  enum Form: Sendable {
    /// Apptainer's list of remotes and logins.
    case remoteYAML
    /// docker's configuration, which podman and Apptainer share.
    case docker
  }

  /// The absolute path, as the program knows it.
  package let path: String
  /// Whose file it is.
  package let program: Program
  let form: Form
  /// Programs that read it besides.
  var otherReaders: [Program] = []

  /// The programs that read it.
  var readers: [Program] { [program] + otherReaders }
}

extension MigrationPlace {
  /// All places in which the known programs keep logins, each once.
  ///
  /// - Parameter environment: As for `ClientPlaces`, and SINGULARITY_CONFIGDIR, APPTAINER_AUTH_FILE.
  /// - Returns: The places, whether or not there is a file.
  /// - Throws: `configuration` where HOME is not set.
  package static func all(in environment: Environment) throws(VaultError) -> [MigrationPlace] {
    let places = try ClientPlaces(environment)
    let home = try environment.home
    let singularity =
      environment["SINGULARITY_CONFIGDIR"].map(environment.absolute) ?? home + "/.singularity"
    var all = [
      MigrationPlace(
        path: places.apptainerFolder + "/remote.yaml", program: .apptainer, form: .remoteYAML),
      MigrationPlace(path: places.apptainer, program: .apptainer, form: .docker),
      MigrationPlace(
        path: singularity + "/remote.yaml", program: .singularity, form: .remoteYAML),
      MigrationPlace(
        path: singularity + "/docker-config.json", program: .singularity, form: .docker),
      MigrationPlace(
        path: places.docker, program: .docker, form: .docker,
        otherReaders: places.apptainerReadsDocker ? [.apptainer] : []),
    ]
    if environment["APPTAINER_CONFIGDIR"] != nil {
      // What Apptainer falls back to there.
      all.append(
        MigrationPlace(
          path: places.apptainerFolder + "/config.json", program: .apptainer, form: .docker))
    }
    if let file = environment["APPTAINER_AUTH_FILE"] {
      all.append(
        MigrationPlace(path: environment.absolute(file), program: .apptainer, form: .docker))
    }
    // Of all users, and so often not for us.
    let shared = "/run/containers/\(ProcessUser.id)/auth.json"
    let authFiles = places.authFiles + (FileFacts(path: shared) == nil ? [] : [shared])
    all += authFiles.map { MigrationPlace(path: $0, program: .podman, form: .docker) }
    return all.unique(by: \.path)
  }

  /// Whether there is a file, or may be one in a folder that is not for us.
  package var isThere: Bool { FileFacts.isThere(path) }

  /// The place of a file that the user names: a known one, or another of the form of its name.
  ///
  /// - Parameters:
  ///   - path: An absolute path.
  ///   - environment: Says which are known.
  /// - Returns: The place.
  /// - Throws: `configuration` where HOME is not set.
  package static func named(
    _ path: String, in environment: Environment
  ) throws(VaultError) -> MigrationPlace {
    if let known = try all(in: environment).first(where: { $0.path == path }) { return known }
    let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    return MigrationPlace(
      path: path, program: isYAML ? .apptainer : .unknown, form: isYAML ? .remoteYAML : .docker)
  }
}

extension ClientPlaces {
  /// Whether Apptainer is used here, and takes docker's file because it has none of its own.
  fileprivate var apptainerReadsDocker: Bool {
    FileFacts(path: apptainerFolder) != nil && FileFacts(path: apptainer) == nil
  }
}
