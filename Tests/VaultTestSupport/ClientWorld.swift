internal import Glibc

/// A registry, a home with a vault, and real clients that find docker-credential-vault on their PATH,
/// with all that they say to it written down.
package final class ClientWorld {
  package static let user = "alice"
  package static let password = "s3cret-of-alice-0123456789"

  package let registry: DockerRegistry
  package let home: VaultHome
  /// A folder that no client takes for its home: for images, and for the programs.
  package let folder: TemporaryFolder
  private let tracePath: String

  /// Makes it for a registry and a home.
  package init(_ registry: DockerRegistry, home: VaultHome) throws {
    self.registry = registry
    self.home = home
    folder = try TemporaryFolder()
    tracePath = folder.path("trace")
    try makeFolder(folder.path("bin"))
    try Self.writeTracer(
      at: folder.path("bin/docker-credential-vault"),
      asking: try PackageFolder.program("docker-credential-vault"))
    home.environment["PATH"] =
      "\(folder.path("bin")):\(PackageFolder.programs):/usr/sbin:/usr/bin:/sbin:/bin"
    home.environment["TRACE"] = tracePath
    home.environment["XDG_RUNTIME_DIR"] = home.path
    home.environment["FOLDER"] = folder.path
    home.environment["REGISTRY"] = registry.host
    home.environment["PASSWORD"] = Self.password
    home.environment["IMAGE"] = folder.path("image")
    // Without an engine docker logs in by itself.
    home.environment["DOCKER_HOST"] = "tcp://127.0.0.1:1"
    home.environment["STORAGE"] =
      "--root \(folder.path("storage")) --runroot \(folder.path("run")) --storage-driver vfs"
  }

  /// A registry that asks for a password, and a fresh home.
  package convenience init() throws {
    try self.init(
      DockerRegistry(.basic(user: Self.user, password: Self.password)),
      home: VaultHome.withVault())
  }

  /// A program that asks the real helper and writes down what was said.
  package static func writeTracer(at path: String, asking helper: String) throws {
    try writeFile(
      path,
      """
      #!/bin/bash
      case $1 in list | version) input= ;; *) input=$(cat) ;; esac
      answer=$(printf %s "$input" | '\(helper)' "$@")
      status=$?
      printf '%s %s\\n= %s %s\\n' "$1" "$input" "$status" "$answer" >>"$TRACE"
      [ -z "$answer" ] || printf '%s\\n' "$answer"
      exit $status
      """, mode: 0o700)
  }

  /// Puts an image with one program into the registry, without the vault.
  package func pushImage() throws {
    let made = try run(
      """
      python3 "\(PackageFolder.path)/Tests/EndToEndTests/Scripts/make-image.py" "$IMAGE"
      skopeo --insecure-policy copy -q --format v2s2 --dest-creds "\(Self.user):$PASSWORD" --dest-tls-verify=false \
        "oci:$IMAGE:latest" "docker://$REGISTRY/team/app:1"
      """)
    guard made.status == 0 else { throw TestFailure("cannot push: \(made.errors)") }
  }

  /// Runs a script that ends at its first failure.
  ///
  /// In it, `say WORDS` leaves a line in the transcript.
  package func run(_ script: String, in words: [String] = []) throws -> Outcome {
    let prelude = "set -euo pipefail\nsay() { printf '# %s\\n' \"$*\" >>\"$TRACE\"; }\n"
    var command = Command(
      words + ["bash", "-c", prelude + script, "bash", registry.host],
      environment: home.environment)
    command.patience = 180
    return try command.run()
  }

  /// All that clients said and were answered, with the registry and the password as words.
  package func transcript() throws -> String {
    let text = String(decoding: try readFile(tracePath), as: UTF8.self)
    return text.replacing(registry.host, with: "REGISTRY").replacing(Self.password, with: "SECRET")
  }

  /// The transcript that is kept for a client; recorded anew under VAULT_RECORD_TRANSCRIPTS=1.
  package func expectedTranscript(_ name: String) throws -> String {
    let path = PackageFolder.path + "/Tests/Vectors/transcripts/\(name).txt"
    if unsafe getenv("VAULT_RECORD_TRANSCRIPTS") != nil {
      try writeFile(path, try transcript(), mode: 0o644)
    }
    return String(decoding: try readFile(path), as: UTF8.self)
  }

  /// The files below home that hold the password in any spelling.
  package func leftovers() throws -> [String] {
    try VaultTestSupport.leftovers(of: [Self.password], below: home.path)
  }
}
