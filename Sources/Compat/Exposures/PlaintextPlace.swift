internal import SealedFormat
package import Vault

/// A file in which a program may keep logins in plaintext.
package struct PlaintextPlace: Hashable, Sendable {
  /// Whose file it is.
  package enum Program: String, Sendable {
    case docker, podman, helm
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
  /// Whether the user named the file, so that it must be in a known form.
  var isNamed = false

  /// The programs that read it.
  package var readers: [Program] { [program] + otherReaders }

  /// Whether there is a file, or may be one in a folder that we cannot search.
  package var isThere: Bool { FileFacts.isThere(path) }

  var file: DurableFile { Self.file(path) }

  /// Whether the system does not open the path as another file, which is then not replaced by this name.
  package static func canBeReplaced(_ path: String) -> Bool {
    !["/dev/", "/proc/"].contains { path.hasPrefix($0) }
  }

  static func file(_ path: String) -> DurableFile {
    DurableFile(
      path: path, owner: .otherProgram,
      limit: max(DockerConfiguration.longestFile, RemoteConfiguration.longestFile))
  }
}

extension PlaintextPlace {
  /// All places in which the known programs keep logins, each once, whether or not there is a file.
  ///
  /// A place that needs HOME is left out if HOME is not set.
  package static func all(in environment: Environment) -> [PlaintextPlace] {
    let places = ClientPlaces(environment)
    var all: [PlaintextPlace] = []
    func add(
      _ path: String?, _ program: Program, _ form: Form = .docker, others: [Program] = []
    ) {
      guard let path, !all.contains(where: { $0.path == path }) else { return }
      all.append(
        PlaintextPlace(path: path, program: program, form: form, otherReaders: others))
    }
    add(try? places.remoteYAML, .apptainer, .remoteYAML)
    add(try? places.apptainer, .apptainer)
    if let folder = try? places.singularityFolder {
      add(folder + "/remote.yaml", .singularity, .remoteYAML)
      add(folder + "/docker-config.json", .singularity)
    }
    add(try? places.docker, .docker, others: places.apptainerReadsDocker ? [.apptainer] : [])
    if environment["APPTAINER_CONFIGDIR"] != nil { add(try? places.apptainerFallback, .apptainer) }
    add(places.apptainerNamed, .apptainer)
    add(environment["SINGULARITY_AUTHFILE"].map(environment.absolute), .singularity)
    for path in places.authFiles { add(path, .podman) }
    add(try? places.oldDocker, .podman)
    add(try? places.helm, .helm)
    // podman's place without XDG_RUNTIME_DIR. The folder belongs to root and is often closed to us.
    let shared = "/run/containers/\(ProcessUser.id)/auth.json"
    if FileFacts(path: shared) != nil { add(shared, .podman) }
    return all
  }

  /// The place of a file that the user names: a known one, or another of the form that its name tells.
  package static func named(_ path: String, in environment: Environment) -> PlaintextPlace {
    let file = (Path.resolved(path) ?? path)
    if let known = all(in: environment).first(where: { (Path.resolved($0.path) ?? $0.path) == file }
    ) {
      return PlaintextPlace(
        path: path, program: known.program, form: known.form, otherReaders: known.otherReaders,
        isNamed: true)
    }
    let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    return PlaintextPlace(
      path: path, program: isYAML ? .apptainer : .unknown, form: isYAML ? .remoteYAML : .docker,
      isNamed: true)
  }
}

extension ClientPlaces {
  /// Whether Apptainer is used here, and takes docker's file because it has none of its own.
  fileprivate var apptainerReadsDocker: Bool {
    guard let folder = try? apptainerFolder, let own = try? apptainer else { return false }
    return Path.exists(folder) && !Path.exists(own)
  }
}
