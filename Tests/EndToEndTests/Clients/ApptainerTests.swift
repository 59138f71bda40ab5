import Testing
import VaultTestSupport

/// The real Apptainer, which asks the vault by docker's way and by podman's.
@Suite(.enabled(if: ApptainerRoot.whyMissing == nil, "\(ApptainerRoot.whyMissing ?? "")"))
struct ApptainerTests {
  @Test func `Apptainer logs in, pulls, pushes, builds, runs and logs out through the vault`()
    throws
  {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      """
      apptainer --version
      vault init -q --key-file /mnt/home/vault.key
      vault helper install apptainer
      say login
      apptainer registry login -u alice --password-stdin "docker://$1" <<<"$PASSWORD"
      say pull docker
      apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
      say push oras
      apptainer -q push --no-https box.sif "oras://$1/team/box:1"
      say pull oras
      apptainer -q pull --no-https back.sif "oras://$1/team/box:1"
      cmp box.sif back.sif
      say build
      printf 'Bootstrap: docker\\nFrom: %s/team/app:1\\n' "$1" >box.def
      apptainer -q build --no-https built.sif box.def
      say exec
      apptainer -q exec --no-privs --no-https "docker://$1/team/app:1" /hello
      say logout
      apptainer registry logout "docker://$1"
      apptainer cache clean -f >/dev/null
      ! apptainer pull --no-https denied.sif "oras://$1/team/box:1" 2>&1
      vault registry list
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("apptainer version 1."))
    #expect(outcome.output.contains("\nhello\n"))
    #expect(outcome.output.contains("UNAUTHORIZED"))
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    #expect(
      try leftovers(of: [ClientWorld.password], below: world.folder.path("home")) == [])
    #expect(try world.transcript() == world.expectedTranscript("apptainer"))
  }

  @Test func `Apptainer pulls a private image with the login only in the vault`() throws {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      """
      vault init -q --key-file /mnt/home/vault.key
      vault registry login --no-verify -u alice --password-stdin "docker://$1" <<<"$PASSWORD"
      vault helper install apptainer
      apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
      vault helper uninstall apptainer
      apptainer cache clean -f >/dev/null
      ! apptainer -q pull --no-https box2.sif "docker://$1/team/app:1" 2>&1
      ls box.sif
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("box.sif\n"))
    #expect(
      try leftovers(of: [ClientWorld.password], below: world.folder.path("home")) == [])
  }
}
