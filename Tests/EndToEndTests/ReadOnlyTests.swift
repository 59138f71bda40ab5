import Testing
import VaultTestSupport

/// Whoever only reads needs no place to write.
@Suite(.mounting)
struct ReadOnlyTests {
  private let uri = "docker://registry.example.com"

  /// Runs `vault` where some folders of the home cannot be written to.
  private func vault(
    _ home: VaultHome, readOnly folders: [String], _ arguments: [String]
  ) throws -> Outcome {
    let script = """
      while [ "$1" != -- ]; do
        mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
        touch "$1/probe" 2>/dev/null && exit 98
        shift
      done
      shift
      exec "$@"
      """
    var command = try home.command(arguments)
    command.words =
      ["unshare", "-m", "sh", "-c", script, "sh"] + folders.map(home.path) + ["--"]
      + command.words
    return try command.run()
  }

  @Test(arguments: [
    [".local/state"], [".local/share/vault"], [".local", ".config"],
  ]) func `get, list and status work in folders that cannot be written to`(
    folders: [String]
  ) throws {
    let home = try VaultHome.withVault()
    #expect(try home.logIn(uri, as: "alice", with: "secret", "--no-verify").status == 0)
    // Without a mark a reader would like to write one.
    for mark in files(below: home.path(".local/state")) { try removeFile(mark) }

    let get = try vault(home, readOnly: folders, ["get", uri])
    #expect(get.status == 0, "\(get.errors)")
    #expect(get.output == "secret\n")
    #expect(get.errors == "")
    let list = try vault(home, readOnly: folders, ["registry", "list"])
    #expect(list.status == 0, "\(list.errors)")
    #expect(list.output.contains(uri))
    #expect(try vault(home, readOnly: folders, ["status"]).status == 0)
  }

  @Test func `a login reports that the vault's folder cannot be written to`() throws {
    let home = try VaultHome.withVault()
    let login = try vault(
      home, readOnly: [".local/share/vault"],
      ["registry", "login", "--no-verify", "-u", "alice", "--password", "secret", uri])
    #expect(login.status == 73, "\(login.errors)")
    #expect(login.errors.contains(home.vaultFolder), "\(login.errors)")
    #expect(login.errors.contains("Read-only file system"), "\(login.errors)")
    #expect(try home.secret(of: uri) == nil)
  }
}
