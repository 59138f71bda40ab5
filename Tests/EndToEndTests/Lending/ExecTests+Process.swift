import Testing
import VaultTestSupport

/// What the command inherits from the process that started `vault exec`.
extension ExecTests {
  /// Runs a shell script that gets `vault exec` and its command as its words.
  private func started(
    _ home: VaultHome, by script: String, _ command: String...
  ) throws -> Outcome {
    let words = try home.command(["exec", "-q", "--registry", uri, "--"] + command).words
    return try Command(["bash", "-c", script, "bash"] + words, environment: home.environment).run()
  }

  @Test func `arguments that are not UTF-8 reach the command unchanged`() throws {
    let outcome = try started(home(), by: #"exec "$@" $'\xff\xfea'"#, "printf", "%s")
    #expect(outcome.outputBytes == [0xff, 0xfe, 0x61], "\(outcome.errors)")
  }

  @Test func `the command has the core limits that vault was started with`() throws {
    let outcome = try started(
      home(), by: #"ulimit -Sc 50; ulimit -Hc 100; exec "$@""#, "bash", "-c",
      "ulimit -Hc; ulimit -Sc")
    #expect(outcome.output == "100\n50\n", "\(outcome.errors)")
  }

  @Test func `signals that vault was started to ignore are ignored in the command`() throws {
    let ignoring = "trap '' QUIT PIPE XFSZ USR1; exec "
    let home = try home()
    let expected = try Command(
      ["bash", "-c", ignoring + "grep SigIgn /proc/self/status"], environment: home.environment
    ).run()
    let outcome = try started(
      home, by: ignoring + "\"$@\"", "grep", "SigIgn", "/proc/self/status")
    #expect(outcome.output == expected.output, "\(outcome.errors)")
  }

  @Test func `a folder on PATH with the name of the command is passed over`() throws {
    let home = try home()
    try makeFolder(home.path("bin"))
    try makeFolder(home.path("bin/true"))
    home.environment["PATH"] = home.path("bin") + ":" + (home.environment["PATH"] ?? "")
    let outcome = try home.vault("exec", "-q", "--registry", uri, "--", "true")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `20,000 arguments are passed within seconds`() throws {
    let home = try home()
    var command = try home.command(
      ["exec", "-q", "--registry", uri, "--", "bash", "-c", "echo $#", "bash"]
        + Array(repeating: "x", count: 20_000))
    command.patience = 10
    #expect(try command.run().output == "20000\n")
    withExtendedLifetime(home) {}
  }

  @Test(.mounting)
  func `without /proc the command line is read all the same`() throws {
    let home = try home()
    let words = try home.command(["registry", "list", "--no-such-option"]).words
    let outcome = try Command(
      ["unshare", "-m", "bash", "-c", "mount -t tmpfs none /proc && exec \"$@\"", "bash"] + words,
      environment: home.environment
    ).run()
    #expect(outcome.status == 64, "\(outcome.errors)")
  }
}
