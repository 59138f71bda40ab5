import Testing
import VaultTestSupport

/// docker-credential-vault, asked by a real client.
struct CredentialHelperTests {
  @Test func `skopeo logs in, copies and logs out through it, and keeps nothing itself`() throws {
    let registry = try DockerRegistry(.basic(user: "alice", password: "s3cret-of-alice"))
    let home = try VaultHome.withVault()
    home.environment["XDG_RUNTIME_DIR"] = home.path
    let script = """
      set -e
      mkdir -p "$HOME/.config/containers/registries.conf.d"
      echo 'credential-helpers = ["vault"]' >"$HOME/.config/containers/registries.conf.d/50-vault.conf"
      echo s3cret-of-alice | skopeo login -v -u alice --password-stdin --tls-verify=false "$1"
      vault registry list
      skopeo login --get-login "$1"
      skopeo inspect --raw --tls-verify=false "docker://$1/no/such:1" 2>&1 | grep -o 'manifest unknown'
      skopeo logout "$1"
      skopeo logout "$1"
      vault registry list
      """
    let outcome = try Command(
      ["bash", "-c", script, "bash", registry.host], environment: home.environment
    ).run()
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let uri = "docker://\(registry.host)"
    #expect(outcome.output.contains("Used:  credential helper: vault"))
    #expect(outcome.output.contains("\(uri)  ✗!"))
    #expect(outcome.output.contains("\nalice\n"))
    // The registry let it in: without the login it would have said "unauthorized".
    #expect(outcome.output.contains("manifest unknown"), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    for file in files(below: home.path) {
      let text = String(decoding: try readFile(file), as: UTF8.self)
      #expect(!text.contains("s3cret-of-alice"), "\(file)")
    }
  }
}
