internal import Glibc

/// The real Apptainer of Debian's unstable suite, in a folder for chroot(8).
package enum ApptainerRoot {
  private static let scripts = PackageFolder.path + "/Tests/EndToEndTests/Scripts"

  /// The folder, or why there is none.
  private static let found: (path: String?, reason: String) = {
    var making = Command(["/bin/sh", scripts + "/apptainer-root.sh"])
    making.environment.merge(Command.testEnvironment) { $1 }
    making.patience = 300
    guard let outcome = try? making.run() else { return (nil, "skipped: it took too long") }
    let last = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    guard outcome.status == 0 else { return (nil, last) }
    guard geteuid() == 0 else { return (nil, "skipped: chroot needs root") }
    return (last, "")
  }()

  /// Why it cannot be had; nil where it can.
  package static var whyMissing: String? { found.path == nil ? found.reason : nil }

  /// A world whose home lies in its folder, which is `/mnt` in there, with our programs in /mnt/bin.
  package static func world() throws -> ClientWorld {
    let registry = try DockerRegistry(
      .basic(user: ClientWorld.user, password: ClientWorld.password))
    let world = try ClientWorld(registry, home: VaultHome())
    try world.pushImage()
    let copied = try world.run(
      """
      mkdir -m 700 "$FOLDER/home"
      cp "\(PackageFolder.programs)/vault" "$FOLDER/bin/"
      cp "\(PackageFolder.programs)/docker-credential-vault" "$FOLDER/bin/real"
      """)
    guard copied.status == 0 else { throw TestFailure("cannot copy: \(copied.errors)") }
    try ClientWorld.writeTracer(
      at: world.folder.path("bin/docker-credential-vault"), asking: "/mnt/bin/real")
    return world
  }

  /// Runs a script in there, which ends at its first failure.
  package static func run(_ script: String, in world: ClientWorld) throws -> Outcome {
    guard let root = found.path else { throw TestFailure(found.reason) }
    let prelude = """
      set -euo pipefail
      export HOME=/mnt/home PATH=/mnt/bin:/usr/bin:/usr/sbin:/bin:/sbin LD_LIBRARY_PATH=/mnt/bin
      export TRACE=/mnt/trace XDG_RUNTIME_DIR=
      say() { printf '# %s\\n' "$*" >>"$TRACE"; }
      cd /mnt/home

      """
    var command = Command(
      [
        "/bin/sh", scripts + "/apptainer-run.sh", root, world.folder.path, prelude + script, "bash",
        world.registry.host,
      ], environment: world.home.environment)
    command.patience = 180
    return try command.run()
  }
}
