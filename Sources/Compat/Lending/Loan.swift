package import SealedFormat
package import Vault

/// Logins for one command, in files that the programs know, and the variables that name these.
///
/// The files have these logins and no others: what the user's own files hold besides logins is kept.
package struct Loan: ~Copyable {
  private static let dockerFolder = "docker"
  private static let apptainerFolder = "apptainer"

  private let places: ClientPlaces
  /// Whether the user has said where Apptainer keeps images.
  private let hasCache: Bool
  private var docker: CredentialFile
  private var podman: CredentialFile
  private var apptainer: CredentialFile
  /// What the helper answers from.
  private var helper: LentLoginText
  /// A filled-in remote.yaml; empty as long as nothing of it is lent.
  private var remoteYAML: SecretBytes
  private var hasDocker = false
  private var hasPodman = false
  private var hasApptainer = false
  /// The keys under which docker has a login already.
  private var dockerKeys: [String: RegistryScope] = [:]
  /// What the user should know, one sentence each.
  package private(set) var warnings: [String] = []

  /// Begins with what the user's own files say besides logins.
  ///
  /// - Parameter environment: Says where they are.
  package init(_ environment: Environment) throws(VaultError) {
    let places = ClientPlaces(environment)
    var warnings: [String] = []
    let dockerPath = try? places.docker
    let podman = try CredentialFile(.authJSON, path: "auth.json")
    let apptainer = try CredentialFile(.apptainer, path: "docker-config.json")
    let docker = try CredentialFile(
      .dockerConfig, path: dockerPath ?? "config.json",
      holding: Self.dockerSettings(dockerPath) { warnings.append($0) })
    let helper = try LentLoginText()
    let nothing = try SecretBytes(copying: RawSpan())
    // Stored last: the compiler takes no throw between two of these.
    self.places = places
    hasCache =
      environment["APPTAINER_CACHEDIR"] != nil || environment["SINGULARITY_CACHEDIR"] != nil
    self.docker = docker
    self.podman = podman
    self.apptainer = apptainer
    self.helper = helper
    remoteYAML = nothing
    self.warnings = warnings
  }

  /// What docker's own file says besides logins; nil where there is none that can be read.
  private static func dockerSettings(_ path: String?, warn: (String) -> Void) -> SecretBytes? {
    guard let path else { return nil }
    do throws(VaultError) {
      return try DockerConfiguration.read(path)?.withoutLogins()
    } catch {
      warn("docker gets none of its own settings: \(error.message)")
      return nil
    }
  }

  /// Adds a login.
  ///
  /// - Parameters:
  ///   - credential: The login.
  ///   - scope: The registry or image that it is wanted for, where it is for one.
  /// - Returns: Why no program can be lent it; nil where one can.
  /// - Throws: `damaged` for a remote.yaml that cannot be filled in.
  package mutating func add(
    _ credential: borrowing Credential, for scope: RegistryScope?
  ) throws(VaultError) -> String? {
    try helper.add(credential)
    switch credential.record.key {
    case .registry(let own, _):
      let forDocker = try addToDocker(credential, own)
      let forPodman = try podman.add(credential)
      if forPodman == nil { hasPodman = true }
      // Apptainer looks for the very repository first, and then takes any of its host.
      let part = own.path.isEmpty ? own : scope ?? own
      let forApptainer = try apptainer.add(
        credential, at: CredentialFileForm.apptainer.serverKey(of: part))
      if forApptainer == nil { hasApptainer = true }
      if part.isDockerHub, !part.path.isEmpty {
        // Of its two libraries, one calls Docker Hub by this name.
        _ = try apptainer.add(credential, at: "index.docker.io/" + part.path)
      }
      guard forDocker != nil, forPodman != nil else { return nil }
      return forApptainer
    case .helperKey:
      let reason = try docker.add(credential)
      if reason == nil { hasDocker = true }
      return reason
    case .keyserver, .endpoint:
      let remotes = RemoteYAMLStore(path: try places.remoteYAML)
      let text =
        if remoteYAML.isEmpty { try remotes.file.readSecret() } else {
          try SecretBytes(copying: remoteYAML.bytes)
        }
      var file = try CredentialFile(.remoteYAML, path: remotes.path, holding: text)
      let reason = try file.add(credential)
      guard reason == nil else { return reason }
      remoteYAML = file.takeText()
      return nil
    case .migration:
      return "it is no login"
    }
  }

  private mutating func addToDocker(
    _ credential: borrowing Credential, _ scope: RegistryScope
  ) throws(VaultError) -> String? {
    let host = RegistryScope(wholeRegistryOf: scope)
    let key = CredentialFileForm.dockerConfig.serverKey(of: host)
    if let other = dockerKeys[key], other != scope {
      let loser = scope.path.isEmpty ? other : scope
      warnings.append(
        "docker knows one login for \(host.text), so it does not get that for \(loser.text)")
      guard scope.path.isEmpty else { return nil }
    }
    dockerKeys[key] = scope
    try docker.removeHelper(of: key)
    let reason = try docker.add(credential, at: key)
    if reason == nil { hasDocker = true }
    return reason
  }

  /// Writes the files.
  ///
  /// - Parameter folder: Where to.
  /// - Returns: The variables that name them.
  /// - Throws: `cannotCreate` or `inputOutput`.
  package consuming func write(
    into folder: borrowing LentFolder
  ) throws(VaultError) -> [String: String] {
    var variables = [Environment.lentFolderName: folder.path]
    let (hasDocker, hasPodman, hasApptainer) = (hasDocker, hasPodman, hasApptainer)
    let (places, hasCache) = (places, hasCache)
    let files = takeFiles()
    let helperText = try files.helper.finished()
    try folder.write(LentLoginText.fileName, helperText.bytes)
    if hasDocker {
      try folder.makeFolder(
        Self.dockerFolder, linking: Self.neighbours(of: try? places.docker))
      try folder.write(Self.dockerFolder + "/config.json", files.docker.bytes)
      variables["DOCKER_CONFIG"] = "\(folder.path)/\(Self.dockerFolder)"
    }
    if hasPodman {
      try folder.write("auth.json", files.podman.bytes)
      variables["REGISTRY_AUTH_FILE"] = folder.path + "/auth.json"
    }
    if hasApptainer {
      let name = "docker-config.json"
      try folder.write(name, files.apptainer.bytes)
      variables["APPTAINER_AUTH_FILE"] = "\(folder.path)/\(name)"
      variables["SINGULARITY_AUTHFILE"] = "\(folder.path)/\(name)"
    }
    if !files.remoteYAML.isEmpty {
      let targets = Self.neighbours(of: try places.remoteYAML)
      try folder.makeFolder(Self.apptainerFolder, linking: targets)
      try folder.write(Self.apptainerFolder + "/remote.yaml", files.remoteYAML.bytes)
      variables["APPTAINER_CONFIGDIR"] = "\(folder.path)/\(Self.apptainerFolder)"
      // Else the images that it keeps would lie, and go, with the lent files.
      if !hasCache { variables["APPTAINER_CACHEDIR"] = try places.apptainerFolder }
      // In a folder of another place Apptainer looks for docker's logins in that folder.
      if let docker = try? places.docker, Path.exists(docker),
        !targets.contains(where: { $0.hasSuffix("/config.json") })
      {
        try folder.link(docker, as: Self.apptainerFolder + "/config.json")
      }
    }
    return variables
  }

  private struct Files: ~Copyable {
    let docker: SecretBytes
    let podman: SecretBytes
    let apptainer: SecretBytes
    let remoteYAML: SecretBytes
    let helper: LentLoginText
  }

  private consuming func takeFiles() -> Files {
    Files(
      docker: docker.takeText(), podman: podman.takeText(), apptainer: apptainer.takeText(),
      remoteYAML: remoteYAML, helper: helper)
  }

  /// Everything that lies beside a file.
  private static func neighbours(of path: String?) -> [String] {
    guard let path, let folder = Path.folder(of: path) else { return [] }
    let name = Path.name(of: path)
    let names = FolderHandle.names(at: folder) ?? []
    return names.filter { $0 != name }.map { Path.of($0, in: folder) }
  }
}

extension DockerConfiguration {
  /// The text without logins, and without the helper that docker would ask instead of the file.
  fileprivate consuming func withoutLogins() throws(VaultError) -> SecretBytes {
    var rest = try JSONDocument(SecretBytes(copying: document.text.bytes), path: document.path)
    for field in ["auths", "credsstore"] {
      for member in document.root.fields(field) { rest = try rest.removing([member.name]) }
    }
    return rest.takeText()
  }
}

extension RegistryScope {
  /// All of a registry.
  fileprivate init(wholeRegistryOf scope: RegistryScope) {
    self.init(host: scope.host, port: scope.port, path: "")
  }
}
