import Testing
import VaultTestSupport

/// What `vault unlock` leaves in the kernel's memory, and who gets at it.
///
/// Every script runs in a session of its own, as a login gives one, and ends with the vault locked:
/// the user keyring is the same for all.
@Suite(
  .tracing,
  .enabled(if: KernelKeys.areAvailable, "the kernel keeps no keys here"))
struct KernelKeyringTests {
  private let home: VaultHome

  init() throws {
    home = try VaultHome()
    try writeFile(home.path("passphrase"), "correct horse\n")
    let made = try home.vault("init", "--passphrase-file", home.path("passphrase"))
    #expect(made.status == 0, "\(made.errors)")
  }

  /// Runs a script in a new session; it prints the exit statuses that it is asked about, by `try`.
  private func statuses(_ script: String) throws -> [String] {
    let whole = """
      try() { name=$1; shift; "$@" >/dev/null 2>&1; echo "$name $?"; }
      unlock() { vault unlock --passphrase-file "$HOME/passphrase" "$@" 2>/dev/null; }
      \(script)
      vault lock 2>/dev/null
      """
    let outcome = try KernelKeys.inNewSession(
      ["bash", "-c", whole, "bash", try keyName()], environment: home.environment
    ).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  /// What the vault's key is called: after the vault's identifier and the commitment to its key.
  private func keyName() throws -> String {
    let vault = try readFile(home.vaultFile)
    let digits = vault.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return "vault:\(digits[20..<36].joined()):\(digits[44..<52].joined())"
  }

  @Test(.userNamespaces) func `unlocked, the vault opens for this user and for no container`()
    throws
  {
    let found = try statuses(
      """
      try before vault status
      unlock
      try next vault status
      try second-login keyctl session - vault status
      try namespace unshare -Ur vault status
      try container keyctl session - unshare -Ur vault status
      vault lock 2>/dev/null
      try locked vault status
      try second-login keyctl session - vault status
      """)
    #expect(
      found == [
        "before 75", "next 0", "second-login 0", "namespace 0", "container 75", "locked 75",
        "second-login 75",
      ])
  }

  @Test func `unlocked in one login, the vault opens in another that came before`() throws {
    let other =
      "keyctl session - bash -c 'while [ ! -e $HOME/go ]; do sleep 0.1; done; vault status'"
    let found = try statuses(
      """
      \(other) >/dev/null 2>&1 & earlier=$!
      unlock
      touch $HOME/go
      try earlier wait $earlier
      """)
    #expect(found == ["earlier 0"])
  }

  @Test func `a junk key under our name in a shared session keyring is passed over`() throws {
    let found = try statuses(
      """
      head -c 32 /dev/zero | keyctl padd user "$1" @s >/dev/null
      try locked vault status
      try passphrase vault registry list --passphrase-file "$HOME/passphrase"
      unlock
      try unlocked vault status
      vault lock 2>/dev/null
      try locked-again vault status
      """)
    #expect(found == ["locked 75", "passphrase 0", "unlocked 0", "locked-again 75"])
  }

  @Test(.userNamespaces, .enabled(if: isRoot, "only root can be somebody else"))
  func `the key's number helps neither another user nor a container`() throws {
    let found = try statuses(
      """
      unlock
      key=$(keyctl search @u user "$1") || exit
      try own keyctl print $key
      cd /
      setpriv --reuid 65534 --regid 65534 --clear-groups \
        keyctl session - keyctl print $key 2>&1 | tail -n 1
      keyctl session - unshare -Ur keyctl print $key 2>&1 | tail -n 1
      """)
    let refusal = "keyctl_read_alloc: Permission denied"
    #expect(found == ["own 0", refusal, refusal])
  }

  @Test func `a vault that is unlocked for a second is locked after it`() throws {
    let found = try statuses(
      """
      unlock --timeout 1s
      try at-once vault status
      sleep 2
      try later vault status
      """)
    #expect(found == ["at-once 0", "later 75"])
  }

  @Test(.terminal) func `a passphrase accepted at a prompt opens the next command too`() throws {
    let script = "vault registry list; vault registry list && vault status; vault lock"
    let terminal = try home.terminal(running: ["keyctl", "session", "-", "bash", "-c", script])
    try terminal.expect("Passphrase of the vault")
    try terminal.type("correct horse\r")
    try terminal.expect("stays unlocked until")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(terminal.screen.contains("State       open"), "\(terminal.screen)")
    #expect(
      terminal.screen.split(separator: "Passphrase of the vault").count == 2,
      "\(terminal.screen)")
  }

  @Test func `a rekeyed vault is not opened by the key that was kept before`() throws {
    let found = try statuses(
      """
      unlock
      try before vault status
      try rekey vault rekey --keep-passphrase-file $HOME/passphrase
      try after vault status
      try old-key keyctl search @u user "$1"
      """)
    #expect(found == ["before 0", "rekey 0", "after 75", "old-key 1"])
  }

  @Test(arguments: ["add_key:error=EPERM", "keyctl:error=EPERM", "add_key,keyctl:error=ENOSYS"])
  func `where the kernel keeps no keys, the way out is said and key files work`(
    refusal: String
  ) throws {
    let added = try home.vault(
      "slot", "add", "key-file", home.keyFile, "--passphrase-file", home.path("passphrase"))
    #expect(added.status == 0, "\(added.errors)")
    let unlock = try refused(refusal, "unlock", "--key-file", home.keyFile)
    #expect(unlock.status == 75)
    #expect(unlock.errors.contains("use a key file"), "\(unlock.errors)")
    #expect(try home.vault("status").status == 75)

    let uri = "docker://registry.example.com"
    home.environment["VAULT_KEY_FILE"] = home.keyFile
    let login = try refused(
      refusal, "registry", "login", "--no-verify", "-u", "alice", "--password-stdin", uri,
      input: "secret")
    #expect(login.status == 0, "\(login.errors)")
    #expect(try refused(refusal, "get", uri).output == "secret\n")
    #expect(try refused(refusal, "lock").status == 0)
    _ = try home.vault("lock")
  }

  /// Runs `vault` where the kernel refuses some calls.
  private func refused(
    _ refusal: String, _ arguments: String..., input: String = ""
  ) throws -> Outcome {
    var command = try home.command(arguments, input: input)
    command.words =
      Tracing.words("trace=add_key,keyctl", "inject=" + refusal) + command.words
    return try command.run()
  }
}
