import Glibc
import Testing
import VaultTestSupport

// At a terminal.
extension ExecTests {
  @Test(.terminal) func `Ctrl-C reaches the command once, and what it makes of it counts`() throws {
    let home = try home()
    let terminal = try home.terminal(
      "exec", "-q", "--registry", uri, "--", "bash", "-c",
      "trap 'count=$((count + 1))' INT; echo ready; for i in 1 2 3 4 5 6; do sleep 0.1; done; echo got $count"
    )
    try terminal.expect("ready")
    try terminal.type("\u{3}")
    try terminal.expect("got 1")
    #expect(try terminal.finish() == .exited(0))
    #expect(try remains(home) == [])
  }

  @Test(.terminal) func `Ctrl-C ends a command that does not catch it, and is cleaned up after`()
    throws
  {
    let home = try home()
    let terminal = try home.terminal(
      "exec", "-q", "--registry", uri, "--", "bash", "-c", "echo ready; exec sleep 60")
    try terminal.expect("ready")
    try terminal.type("\u{3}")
    #expect(try terminal.finish() == .killed(by: 2))
    #expect(try remains(home) == [])
  }

  @Test(.terminal) func `Ctrl-Z stops 'vault exec' and fg continues it in an interactive shell`()
    throws
  {
    let home = try home()
    let terminal = try home.terminal(running: ["bash", "--norc", "--noprofile", "-i"])
    try terminal.type("PS1='sh> '\r")
    try terminal.expect("sh> '")
    try terminal.expect("sh> ")
    for _ in 0..<3 {
      try terminal.type(
        "vault exec -q --registry \(uri) -- bash -c 'echo re\"\"ady; sleep 0.2; read x; echo \"go\"t $x'\r"
      )
      try terminal.expect("ready")
      try terminal.type("\u{1a}")
      try terminal.expect("Stopped")
      try terminal.expect("sh> ")
      try terminal.type("echo sh\"\"ell\r")
      try terminal.expect("shell")
      try terminal.expect("sh> ")
      try terminal.type("fg\r")
      try terminal.expect("vault exec")
      try terminal.type("word\r")
      try terminal.expect("got word")
      try terminal.expect("sh> ")
    }
    // One that stops itself alone.
    try terminal.type(
      "vault exec -q --registry \(uri) -- bash -c 'kill -STOP $$; echo on \"ag\"ain'\r")
    try terminal.expect("Stopped")
    try terminal.expect("sh> ")
    try terminal.type("fg\r")
    try terminal.expect("on again")
    try terminal.expect("sh> ")
    // A shell, which has jobs of its own and a group of its own.
    try terminal.type("vault exec -q --registry \(uri) -- bash --norc --noprofile -i\r")
    try terminal.expect("# ")
    try terminal.type("PS1='i''n> '\r")
    try terminal.expect("in> ")
    try terminal.type("sleep 60\r")
    usleep(300_000)
    try terminal.type("\u{1a}")
    try terminal.expect("Stopped")
    try terminal.expect("in> ")
    try terminal.type("suspend\r")
    try terminal.expect("Stopped")
    try terminal.expect("sh> ")
    try terminal.type("echo ou\"\"ter\r")
    try terminal.expect("outer")
    try terminal.expect("sh> ")
    try terminal.type("fg\r")
    try terminal.expect("in> ")
    try terminal.type("kill -9 %1; sleep 0.3\r")
    try terminal.expect("in> ")
    try terminal.type("exit 5\r")
    try terminal.expect("sh> ")
    try terminal.type("echo stat\"\"us $?; exit 3\r")
    try terminal.expect("status 5")
    #expect(try terminal.finish() == .exited(3))
    #expect(try remains(home) == [])
  }

  @Test(.terminal)
  func `the passphrase is asked for before the command starts, and the terminal is its own`()
    throws
  {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "a passphrase\n")
    #expect(try home.vault("init", "--passphrase-file", home.path("passphrase")).status == 0)
    home.environment["VAULT_PASSPHRASE_FILE"] = home.path("passphrase")
    #expect(try home.logIn(uri, as: "alice", with: secret, "--no-verify").status == 0)
    home.environment["VAULT_PASSPHRASE_FILE"] = nil
    let terminal = try home.terminal(
      "exec", "--registry", uri, "--", "bash", "-c", "read -p 'Question: ' x; echo \"<$x>\"")
    try terminal.expect("Passphrase of the vault")
    try terminal.type("a passphrase\r")
    try terminal.expect("Question: ")
    try terminal.type("answer\r")
    try terminal.expect("<answer>")
    #expect(try terminal.finish() == .exited(0))
  }
}
