import Foundation
import Testing
import VaultTestSupport

/// The scripts of docs/hpc.md and docs/ci.md, run as they stand there in an empty environment; only the registry's
/// name is replaced, and the programs are told that it has no TLS.
struct DocumentedJobTests {
  private func scripts(of page: String) throws -> [String] {
    let text = String(
      decoding: try readFile(PackageFolder.path + "/docs/\(page).md"), as: UTF8.self)
    return text.components(separatedBy: "```bash\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test(.enabled(if: ApptainerRoot.whyMissing == nil, "\(ApptainerRoot.whyMissing ?? "")"))
  func `the job of the docs page about batch clusters works`() throws {
    let world = try ApptainerRoot.world()
    let job = try #require(try scripts(of: "hpc").first)
      .replacing("registry.example.com", with: world.registry.host)
      .replacing("apptainer pull", with: "apptainer pull --no-https")
      .replacing("apptainer exec", with: "apptainer exec --no-privs")
    try writeFile(world.folder.path("home/job"), job, mode: 0o700)
    let outcome = try ApptainerRoot.run(
      """
      mkdir -m 700 .keys
      vault init -q --key-file /mnt/home/.keys/vault.key
      rm .config/vault/config
      vault registry login -q --key-file .keys/vault.key --no-verify -u alice --password-stdin "docker://$1" <<<"$PASSWORD"
      env -i HOME=/mnt/home PATH="$PATH" LD_LIBRARY_PATH=/mnt/bin ./job
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("hello\n"), "\(outcome.output)")
    #expect(
      try leftovers(of: [ClientWorld.password], below: world.folder.path("home")) == [])
  }

  @Test func `the steps of the docs page about CI work`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let steps = try scripts(of: "ci")
    #expect(steps.count == 2)
    let made = try world.run(
      """
      mkdir -m 755 "$HOME/checkout" "$HOME/ci-home"
      cd "$HOME/checkout"
      vault init -q --vault ci.sealed --key-file ci.key
      vault registry login -q --vault ci.sealed --key-file ci.key --no-verify -u alice --password-stdin \\
        "docker://$1" <<<"$PASSWORD"
      chmod 644 ci.sealed
      rm -f "$HOME/.config/vault/config"
      """)
    #expect(made.status == 0, "\(made.errors)")
    let script = steps.joined(separator: "\n")
      .replacing("registry.example.com", with: world.registry.host)
      .replacing("skopeo copy", with: "skopeo copy -q --insecure-policy --src-tls-verify=false")
      .replacing("docker manifest inspect", with: "docker manifest inspect --insecure")
    let outcome = try world.run(
      """
      cd "$HOME/checkout"
      printf %s "$SCRIPT" >"$FOLDER/script"
      env -i HOME="$HOME/ci-home" PATH="$PATH" bash -euo pipefail "$FOLDER/script"
      ls app/manifest.json
      """.replacing("\"$SCRIPT\"", with: quoted(script)))
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("schemaVersion"))
    #expect(outcome.output.hasSuffix("app/manifest.json\n"), "\(outcome.output)")
    #expect(try world.leftovers() == [])
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
