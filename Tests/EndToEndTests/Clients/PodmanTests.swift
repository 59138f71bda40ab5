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

  @Test func `podman logs in, pulls a private image and logs out`() throws {
    try podmanPulls(wrapper: [])
  }

  @Test(.userNamespaces)
  func `podman as root of a user namespace logs in, pulls a private image and logs out`() throws {
    try podmanPulls(wrapper: ["unshare", "-Ur"])
  }

  private func podmanPulls(wrapper: [String]) throws {
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

  /// Its remote client lists the helper's logins, gets each, and sends all of them with every pull; one
  /// key with a scheme ends that.
  @Test func `podman's remote client pulls while docker's login to Docker Hub is in the vault`()
    throws
  {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install podman
      for server in https://index.docker.io/v1/ https://index.docker.io/v1/access-token "$1"; do
        printf '{"ServerURL":"%s","Username":"alice","Secret":"%s"}' "$server" "$PASSWORD" |
          docker-credential-vault store
      done
      podman $STORAGE system service --time 60 "unix://$FOLDER/socket" &
      service=$!
      trap 'kill $service; wait $service || :' EXIT
      for try in $(seq 100); do [ -S "$FOLDER/socket" ] && break; sleep 0.1; done
      podman --remote --url "unix://$FOLDER/socket" pull -q --tls-verify=false "$1/team/app:1"
      podman --remote --url "unix://$FOLDER/socket" logout --all
      docker-credential-vault list
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("Removed login credentials for all registries\n{}\n"))
    #expect(try world.transcript().contains("get docker.io\n= 0 "))
  }
}
