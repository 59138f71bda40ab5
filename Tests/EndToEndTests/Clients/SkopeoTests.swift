import Testing
import VaultTestSupport

/// skopeo, which asks the vault by podman's drop-in.
struct SkopeoTests {
  @Test func `skopeo logs in, reads a private image and logs out, and keeps nothing itself`() throws
  {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install podman
      say login
      skopeo login -v -u alice --password-stdin --tls-verify=false "$1" <<<"$PASSWORD"
      vault registry list
      skopeo login --get-login "$1"
      say use
      skopeo list-tags --tls-verify=false "docker://$1/team/app"
      skopeo --insecure-policy copy -q --src-tls-verify=false "docker://$1/team/app:1" "dir:$FOLDER/copy"
      say logout
      skopeo logout "$1"
      skopeo logout "$1"
      ! skopeo list-tags --tls-verify=false "docker://$1/team/app" 2>&1
      say logout of all
      skopeo login -u alice --password-stdin --tls-verify=false "$1" <<<"$PASSWORD"
      skopeo logout --all
      vault registry list
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Used:  credential helper: vault"))
    #expect(outcome.output.contains("docker://\(world.registry.host)  ✗!"))
    #expect(outcome.output.contains("\nalice\n"))
    #expect(outcome.output.contains("\"Tags\": ["))
    #expect(outcome.output.contains("unauthorized"))
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    #expect(files(below: world.folder.path("copy")).count >= 4)
    #expect(try world.leftovers() == [])
    #expect(try world.transcript() == world.expectedTranscript("skopeo"))
  }

  @Test func `a login that the vault cannot take is kept nowhere else`() throws {
    let world = try ClientWorld()
    // Locked, and to be passed over when a client asks: only the store fails.
    let outcome = try world.run(
      """
      vault helper install podman
      echo 'helper.when-locked = anonymous' >"$HOME/.config/vault/config"
      skopeo login -u alice --password-stdin --tls-verify=false "$1" <<<"$PASSWORD"
      """)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("the vault is locked"), "\(outcome.errors)")
    #expect(try world.leftovers() == [])
  }

  @Test func `the search for what is left finds the password in skopeo's own file`() throws {
    let world = try ClientWorld()
    let outcome = try world.run(
      "skopeo login -u alice --password-stdin --tls-verify=false \"$1\" <<<\"$PASSWORD\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try world.leftovers().contains { $0.contains("containers/auth.json (base64") })
  }
}
