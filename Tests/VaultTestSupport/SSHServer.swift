/// OpenSSH's server on a free port of loopback, into which one key logs in as the user of the tests.
package final class SSHServer {
  /// Whether it is installed, and can be started by this user.
  package static let isAvailable =
    isRoot && (try? Command(["test", "-x", program]).run().status) == 0
    && (try? Command(["ssh", "-V"]).run().status) == 0

  private static let program = "/usr/sbin/sshd"
  private let folder: TemporaryFolder
  private let server: LoopbackServer

  /// Starts it; `key` is the file of the public key.
  package init(for key: String) throws {
    let folder = try TemporaryFolder()
    for command in [
      ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.path("host")],
      ["cp", key, folder.path("authorized")],
      // What Debian's unit makes, and where the server locks itself in.
      ["mkdir", "-p", "-m", "755", "/run/sshd"],
    ] {
      let outcome = try Command(command).run()
      guard outcome.status == 0 else { throw TestFailure("\(command): \(outcome.errors)") }
    }
    server = try LoopbackServer("sshd") { port in
      try writeFile(
        folder.path("config"),
        """
        ListenAddress 127.0.0.1:\(port)
        HostKey \(folder.path("host"))
        AuthorizedKeysFile \(folder.path("authorized"))
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        PermitRootLogin prohibit-password
        AllowAgentForwarding yes
        """)
      return [Self.program, "-D", "-e", "-f", folder.path("config")]
    }
    self.folder = folder
  }

  /// The words of a client that logs in with the key of an agent.
  package func client(_ options: String..., script: String) -> [String] {
    [
      "ssh", "-F", "none", "-p", String(server.port), "-o", "StrictHostKeyChecking=no",
      "-o", "UserKnownHostsFile=\(folder.path("known"))", "-o", "BatchMode=yes", "-o",
      "LogLevel=ERROR",
    ] + options + ["127.0.0.1", script]
  }
}
