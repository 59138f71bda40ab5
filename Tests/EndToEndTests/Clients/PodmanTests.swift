import Testing
import VaultTestSupport

/// podman and buildah, which ask the vault by a drop-in.
struct PodmanTests {
  @Test func `buildah logs in, pulls and pushes a private image and logs out`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      export BUILDAH_ISOLATION=chroot
      vault helper install podman
      say login
      buildah $STORAGE login --tls-verify=false -u alice --password-stdin "$1" <<<"$PASSWORD"
      say pull
      buildah $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      say push
      buildah $STORAGE push -q --tls-verify=false "$1/team/app:1" "docker://$1/team/app:2"
      say logout
      buildah $STORAGE logout "$1"
      ! buildah $STORAGE pull -q --tls-verify=false "$1/team/app:2" 2>&1
      vault registry list
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Login Succeeded!"))
    #expect(outcome.output.contains("unauthorized"))
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    #expect(try world.leftovers() == [])
    #expect(try world.transcript() == world.expectedTranscript("buildah"))
  }

  /// As root of the machine, and as root of a user namespace, as a rootless container is.
  @Test(arguments: [[], ["unshare", "-Ur"]])
  func `podman logs in, pulls a private image and logs out`(_ wrapper: [String]) throws {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install podman
      say login
      podman $STORAGE login --tls-verify=false -u alice --password-stdin "$1" <<<"$PASSWORD"
      podman $STORAGE login --get-login "$1"
      say pull
      podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      say logout
      podman $STORAGE logout "$1"
      ! podman $STORAGE pull -q --tls-verify=false "$1/team/app:1" 2>&1
      vault registry list
      """, in: wrapper)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Login Succeeded!\nalice\n"))
    #expect(outcome.output.contains("unauthorized"))
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    #expect(try world.leftovers() == [])
    #expect(try world.transcript() == world.expectedTranscript("podman"))
  }
}
