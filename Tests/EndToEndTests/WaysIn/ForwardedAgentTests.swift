import Testing
import VaultTestSupport

/// The agent at home opens a vault on another host, by a real sshd on loopback.
@Suite(.sshAgent, .sshServer)
struct ForwardedAgentTests {
  @Test func `a vault on the far side opens by the agent at home, and skopeo pulls there`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let home = world.home
    let login = try home.logIn(
      world.registry.uri, as: ClientWorld.user, with: ClientWorld.password, "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    try removeFile(home.path(".config/vault/config"))
    let agent = try SSHAgentProcess()
    try agent.addKey("key")
    home.environment["SSH_AUTH_SOCK"] = agent.socket
    let added = try home.vault("slot", "add", "ssh-agent", "--key-file", home.keyFile)
    #expect(added.status == 0, "\(added.errors)")
    // The far side has the vault and nothing that opens it.
    try removeFile(home.keyFile)

    let server = try SSHServer(for: agent.keyFile("key.pub"))
    let variables = home.environment.filter { $0.key != "SSH_AUTH_SOCK" }
      .map { "export \($0.key)='\($0.value)'" }.joined(separator: "\n")
    let script = """
      set -e
      \(variables)
      vault get \(world.registry.uri)
      vault helper install podman >/dev/null 2>&1
      skopeo inspect --tls-verify=false --format '{{.Name}}' docker://\(world.registry.host)/team/app:1
      """
    let there = try agent.run(server.client("-A", script: script))
    #expect(
      there.output == "\(ClientWorld.password)\n\(world.registry.host)/team/app\n",
      "\(there.output)\(there.errors)")
    let without = try Command(
      server.client("-a", script: variables + "\nvault get \(world.registry.uri)"),
      environment: Command.plainEnvironment.merging(["SSH_AUTH_SOCK": agent.socket]) { $1 }
    ).run()
    #expect(without.status == 75, "\(without.errors)")
    #expect(without.errors.contains("log in with 'ssh -A'"), "\(without.errors)")
  }
}
