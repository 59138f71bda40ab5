import Glibc
import Testing
import VaultTestSupport

/// What `vault exec` does around a command: files, descriptors, status, signals, and cleaning up.
struct ExecTests {
  let secret = "s3cret-to-lend-0123456789"
  let uri = "docker://registry.example.com"

  func home() throws -> VaultHome {
    let home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: secret, "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    let made = try Command(["mkdir", "-m", "700", home.path("run")]).run()
    #expect(made.status == 0)
    home.environment["XDG_RUNTIME_DIR"] = home.path("run")
    return home
  }

  func lent(_ home: VaultHome, _ script: String, _ words: String...) throws -> Outcome {
    try home.command(["exec", "-q", "--registry", uri, "--", "bash", "-c", script, "bash"] + words)
      .run()
  }

  /// What is left of lent files.
  func remains(_ home: VaultHome) throws -> [String] {
    files(below: home.path("run")).filter { !$0.hasSuffix("/.lend.lock") }
  }

  @Test func `the command gets private files and paths, and both are gone afterwards`() throws {
    let home = try home()
    let outcome = try lent(
      home,
      """
      set -eu
      for file in "$APPTAINER_AUTH_FILE" "$SINGULARITY_AUTHFILE" "$DOCKER_CONFIG/config.json" "$REGISTRY_AUTH_FILE"; do
        test -O "$file"
        stat -c %a "$file"
        python3 -c 'import base64, json, sys
      print(base64.b64decode(json.load(open(sys.argv[1]))["auths"]["registry.example.com"]["auth"]).decode())' "$file"
      done
      stat -c %a "$XDG_RUNTIME_DIR/vault"/lend-* "$DOCKER_CONFIG"
      test -z "${APPTAINER_CONFIGDIR:-}"
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = "600\nalice:\(secret)\n"
    #expect(outcome.output == file + file + file + file + "700\n700\n")
    #expect(try remains(home) == [])
    #expect(try leftovers(of: [secret], below: home.path) == [])
  }

  @Test
  func `no secret is in the arguments or the environment, but in a variable that is asked for`()
    throws
  {
    let home = try home()
    let script = """
      cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline
      cat /proc/$PPID/environ || :
      """
    let outcome = try lent(home, script)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for spelling in Spelling.all(of: secret) {
      #expect(try offset(of: spelling.bytes, in: outcome.outputBytes) == nil, "\(spelling.name)")
    }
    let asked = try home.vault(
      "exec", "-q", "--registry", uri, "--username-variable", "THE_USER", "--secret-variable",
      "THE_SECRET", "--", "bash", "-c", "printf '%s %s' \"$THE_USER\" \"$THE_SECRET\"")
    #expect(asked.output == "alice \(secret)")
    let two = try home.vault(
      "exec", "--registry", uri, "--registry", "other.example.com", "--secret-variable", "X", "--",
      "true")
    #expect(two.status == 64, "\(two.errors)")
  }

  @Test func `exec reads the vault file once, however many logins it lends`() throws {
    let home = try home()
    let other = "docker://other.example.com"
    let login = try home.logIn(other, as: "bob", with: "another-secret", "--no-verify")
    #expect(login.status == 0)
    let opens = try OpenCounter(of: home.vaultFile)
    let outcome = try home.vault(
      "exec", "-q", "--registry", uri, "--registry", other, "--", "true")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try opens.count() == 1)
  }

  @Test func `other logins, and other registries of the vault, are not lent`() throws {
    let home = try home()
    let other = try home.logIn(
      "docker://other.example.com", as: "bob", with: "another-secret", "--no-verify")
    #expect(other.status == 0)
    let outcome = try home.vault(
      "exec", "-q", "--", "bash", "-c",
      "grep -ho '[a-z]*.example.com' \"$REGISTRY_AUTH_FILE\" \"$DOCKER_CONFIG/config.json\"",
      "bash",
      "docker://registry.example.com/team/app:1")
    #expect(outcome.output == "registry.example.com\nregistry.example.com\n", "\(outcome.errors)")
  }

  @Test func `docker's own settings are kept, but no other logins and no helper for all`() throws {
    let home = try home()
    try makeFolder(home.path(".docker"))
    try makeFolder(home.path(".docker/contexts"))
    try writeFile(home.path(".docker/contexts/mine"), "context")
    try writeFile(
      home.path(".docker/config.json"),
      #"{"auths":{"x.example.com":{"auth":"dTpw"}},"credsStore":"vault","detachKeys":"ctrl-x","#
        + #""credHelpers":{"registry.example.com":"gone","kept.example.com":"gcloud"}}"#)
    let outcome = try lent(
      home, "cat \"$DOCKER_CONFIG/config.json\"; cat \"$DOCKER_CONFIG/contexts/mine\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#""detachKeys":"ctrl-x""#), "\(outcome.output)")
    #expect(outcome.output.contains(#""credHelpers":{"kept.example.com":"gcloud"}"#))
    #expect(!outcome.output.contains("credsStore"))
    #expect(!outcome.output.contains("dTpw"))
    #expect(outcome.output.hasSuffix("context"))
  }

  @Test func `a malformed file of docker's is said, and does not stand in the way`() throws {
    let home = try home()
    try makeFolder(home.path(".docker"))
    try writeFile(home.path(".docker/config.json"), "{\"auths\": nonsense")
    let outcome = try lent(home, "cat \"$DOCKER_CONFIG/config.json\"")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("registry.example.com"))
    #expect(outcome.errors.contains(home.path(".docker/config.json")))
  }

  // MARK: How it ends

  @Test(arguments: [0, 1, 7, 64, 255] as [Int32])
  func `the command's exit status is passed on`(status: Int32) throws {
    let home = try home()
    #expect(try lent(home, "exit \(status)").status == status)
    #expect(try remains(home) == [])
  }

  @Test(arguments: [1, 2, 3, 9, 15] as [Int32])
  func `a signal that ends the command ends us by the same`(signal: Int32) throws {
    let home = try home()
    let outcome = try home.vault(
      "exec", "-q", "--registry", uri, "--", "sh", "-c", "kill -\(signal) $$")
    #expect(outcome.ending == .killed(by: signal))
    #expect(try remains(home) == [])
  }

  @Test func `a program that is not there is 127, and one that is none 126, as with a shell`()
    throws
  {
    let home = try home()
    #expect(try home.vault("exec", "--registry", uri, "--", "no-such-program").status == 127)
    #expect(try home.vault("exec", "--registry", uri, "--", "/no/such/program").status == 127)
    #expect(try home.vault("exec", "--registry", uri, "--", "/etc/passwd").status == 126)
    #expect(try remains(home) == [])
  }

  @Test func `a script without a first line runs as with a shell`() throws {
    let home = try home()
    try writeFile(home.path("script"), "echo \"$0 $1\"\n", mode: 0o700)
    let outcome = try home.vault(
      "exec", "-q", "--registry", uri, "--", home.path("script"), "word")
    #expect(outcome.output == "\(home.path("script")) word\n", "\(outcome.errors)")
  }

  @Test func `a login that is named and not there is status 1, and the command does not run`()
    throws
  {
    let home = try home()
    let outcome = try home.vault(
      "exec", "--registry", "nowhere.example.com", "--registry", uri, "--", "touch",
      home.path("ran"))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("no login to nowhere.example.com"))
    #expect(!outcome.errors.contains("registry.example.com,"))
    #expect(!files(below: home.path).contains(home.path("ran")))
  }

  @Test func `a login that is only guessed and not there does not hold the command back`() throws {
    let home = try home()
    let outcome = try home.vault(
      "exec", "--", "bash", "-c", "echo ${REGISTRY_AUTH_FILE:-none}", "bash",
      "docker://nowhere.example.com/app")
    #expect(outcome.status == 0)
    #expect(outcome.output == "none\n")
    #expect(outcome.errors.contains("docker://nowhere.example.com/app"))
    #expect(try home.vault("exec", "--", "true").status == 64)
    #expect(try home.vault("exec", "--registry", uri).status == 64)
  }

  @Test func `a locked vault is status 75, and the command does not run`() throws {
    let home = try home()
    let outcome = try Command(
      [
        try PackageFolder.program("vault"), "exec", "--registry", uri, "--", "touch",
        home.path("ran"),
      ],
      environment: home.environment.merging(["XDG_CONFIG_HOME": home.path("none")]) { $1 }
    ).run()
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(!files(below: home.path).contains(home.path("ran")))
  }

  // MARK: Signals from outside

  /// A command that runs until it is told to end.
  func running(_ home: VaultHome, _ script: String) throws -> RunningCommand {
    let running = try home.command(
      ["exec", "-q", "--registry", uri, "--", "bash", "-c", script, "bash", home.path("ready")]
    ).start()
    try waitUntil("the command runs") { files(below: home.path).contains(home.path("ready")) }
    return running
  }

  @Test(arguments: [1, 2, 3, 10, 15, 24, 26, 27, 29, 30, 40] as [Int32])
  func `a signal is passed on, and cleaned up after`(signal: Int32) throws {
    let home = try home()
    let command = try running(
      home, "trap 'echo got; exit 42' \(signal); touch \"$1\"; while :; do sleep 0.05; done")
    #expect(try remains(home).count == 5)  // four files and the marker
    command.process.signal(signal)
    let outcome = try command.finish()
    #expect(outcome.ending == .exited(42), "\(outcome.errors)")
    #expect(outcome.output == "got\n")
    #expect(try remains(home) == [])
  }

  @Test(arguments: [1, 2, 15] as [Int32])
  func `a signal that the command does not catch ends both, and is cleaned up after`(
    signal: Int32
  ) throws {
    let home = try home()
    let command = try running(home, "touch \"$1\"; exec sleep 60")
    command.process.signal(signal)
    #expect(try command.finish().ending == .killed(by: signal))
    #expect(try remains(home) == [])
  }

  @Test func `what a SIGKILL leaves is removed by the next run, and what is in use stays`() throws {
    let home = try home()
    let killed = try running(home, "touch \"$1\"; exec sleep 3")
    killed.process.signal(9)
    _ = try killed.finish()
    let left = try remains(home)
    #expect(left.count == 5, "\(left)")

    _ = try Command(["rm", home.path("ready")]).run()
    let living = try running(
      home,
      "touch \"$1\"; while ! test -e \"$HOME/go\"; do sleep 0.05; done; cat \"$REGISTRY_AUTH_FILE\""
    )
    let used = try remains(home)
    #expect(Set(used).isDisjoint(with: left))
    #expect(used.count == 5)
    #expect(try lent(home, "true").status == 0)
    #expect(try remains(home).sorted() == used.sorted())
    try writeFile(home.path("go"), "")
    let outcome = try living.finish()
    #expect(outcome.output.contains("auths"), "\(outcome.errors)")
    #expect(try remains(home) == [])
  }

  @Test func `a login that no program can be lent is said, and the command does not run`() throws {
    let home = try home()
    let stored = try Command(
      [
        "bash", "-c",
        "printf '{\"ServerURL\":\"odd.example.com\",\"Username\":\"a:b\",\"Secret\":\"s\"}' | docker-credential-vault store",
      ], environment: home.environment
    ).run()
    #expect(stored.status == 0, "\(stored.output)")
    let outcome = try home.vault(
      "exec", "--registry", "odd.example.com", "--", "touch", home.path("ran"))
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("cannot be lent"))
    #expect(!files(below: home.path).contains(home.path("ran")))
  }

  // MARK: What the command inherits

  @Test func `no descriptor of ours reaches the command`() throws {
    let home = try home()
    // Tests that run beside this one open descriptors too, and a command that starts inherits them.
    let closing = #"for d in $(ls /proc/$$/fd); do ((d < 3)) || eval "exec $d>&-"; done; exec "$@""#
    let listing = ["bash", "-c", "ls /proc/$$/fd"]
    let plain = try Command(
      ["bash", "-c", closing, "bash"] + listing, environment: home.environment
    ).run().output
    var direct = try home.command(["exec", "-q", "--registry", uri, "--"] + listing)
    direct.words = ["bash", "-c", closing, "bash"] + direct.words
    #expect(try direct.run().output == plain)
    try writeFile(home.path("passphrase"), "a passphrase\n")
    let slot = try home.vault("slot", "add", "passphrase", home.path("passphrase"))
    #expect(slot.status == 0, "\(slot.errors)")
    var command = try home.command(
      [
        "exec", "-q", "--passphrase-fd", "77", "--registry", uri, "--", "bash", "-c",
        "ls /proc/$$/fd",
      ])
    command.words =
      ["bash", "-c", closing + #" 77<"$HOME/passphrase""#, "bash"] + command.words
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == plain)
  }

  @Test func `standard input, an odd environment and the signal mask reach the command`() throws {
    let home = try home()
    var command = try home.command(
      [
        "exec", "-q", "--registry", uri, "--", "bash", "-c",
        "cat; printf %s \"$ODD\" | od -An -tx1; grep SigBlk /proc/self/status; trap",
      ], input: "from outside\n")
    command.words =
      ["bash", "-c", "export ODD=$'caf\\xe9'; exec \"$@\"", "bash"] + command.words
    let outcome = try command.run()
    #expect(
      outcome.output == "from outside\n 63 61 66 e9\nSigBlk:\t0000000000000000\n",
      "\(outcome.output)\(outcome.errors)")
  }

  @Test(.enabled(if: isRoot, "only root can be somebody else"))
  func `another user cannot read what is lent`() throws {
    let home = try home()
    let outcome = try lent(
      home,
      """
      chmod 755 "$HOME" "$XDG_RUNTIME_DIR"
      other() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
      other test -x "$XDG_RUNTIME_DIR" && echo in
      other cat "$REGISTRY_AUTH_FILE" || echo no
      other ls "$XDG_RUNTIME_DIR/vault" || echo no
      other cat /proc/$PPID/environ || echo no
      """)
    #expect(outcome.output == "in\nno\nno\nno\n", "\(outcome.output)\(outcome.errors)")
  }

  // MARK: Places

  @Test func `without a runtime folder the files lie in memory, or nothing is lent`() throws {
    let home = try home()
    home.environment["XDG_RUNTIME_DIR"] = nil
    let script = "stat -f -c %T \"$REGISTRY_AUTH_FILE\"; dirname \"$REGISTRY_AUTH_FILE\""
    let outcome = try home.vault("exec", "--registry", uri, "--", "bash", "-c", script)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("tmpfs\n"), "\(outcome.output)")
    if outcome.output.contains("/dev/shm/") {
      #expect(outcome.errors.contains("XDG_RUNTIME_DIR"), "\(outcome.errors)")
    }
    let folder = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(files(below: folder) == [])
  }

  @Test(.mounting)
  func `a runtime folder on a file system that may be another machine's is not used`() throws {
    let home = try home()
    // No network file system can be had here; this one is as little known to be local.
    let outcome = try Command(
      [
        "unshare", "--mount", "bash", "-c",
        "mount -t ramfs none \"$XDG_RUNTIME_DIR\" && mount -t sysfs none \"$XDG_RUNTIME_DIR\" && exec \"$@\"",
        "bash", try PackageFolder.program("vault"), "exec", "-v", "--registry", uri, "--", "bash",
        "-c", "echo \"$REGISTRY_AUTH_FILE\"",
      ], environment: home.environment
    ).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.hasPrefix(home.path), "\(outcome.output)")
    #expect(outcome.errors.contains("on no file system of this machine"), "\(outcome.errors)")
  }

  @Test func `a runtime folder that others may write to is not used`() throws {
    let home = try home()
    try setMode(0o777, of: home.path("run"))
    let outcome = try home.vault(
      "exec", "-v", "--registry", uri, "--", "bash", "-c", "echo \"$REGISTRY_AUTH_FILE\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.hasPrefix(home.path))
    #expect(outcome.errors.contains("can be written to by others"), "\(outcome.errors)")
  }
}
