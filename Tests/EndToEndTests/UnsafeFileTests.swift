import Testing
import VaultTestSupport

/// Files that others could have changed, or that we may not use.
struct UnsafeFileTests {
  private let uri = "docker://registry.example.com"

  private func preparedHome() throws -> VaultHome {
    let home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    return home
  }

  /// Reading and writing both end with a status, say where, and change nothing.
  private func expectRefusal(in home: VaultHome, naming path: String, status: Int32 = 78) throws {
    let before = try readFile(home.vaultFile)
    let reading = try home.vault("get", uri)
    #expect(reading.status == status, "\(reading.errors)")
    #expect(reading.errors.contains(path))
    let writing = try home.logIn(uri, as: "alice", with: "other", "--no-verify")
    #expect(writing.status == status, "\(writing.errors)")
    #expect(writing.errors.contains(path))
    #expect(try readFile(home.vaultFile) == before)
  }

  @Test(arguments: [0o620, 0o602, 0o640, 0o604] as [UInt32])
  func `a vault that is open to others is refused, with the way out`(mode: UInt32) throws {
    let home = try preparedHome()
    try setMode(mode, of: home.vaultFile)
    try expectRefusal(in: home, naming: home.vaultFile)
    #expect(try home.vault("status").errors.contains("chmod 600 '\(home.vaultFile)'"))
    try setMode(0o600, of: home.vaultFile)
    #expect(try home.secret(of: uri) == "secret")
  }

  @Test(arguments: [0o720, 0o702] as [UInt32])
  func `a vault in a folder that others may write to is refused`(mode: UInt32) throws {
    let home = try preparedHome()
    try setMode(mode, of: home.vaultFolder)
    try expectRefusal(in: home, naming: home.vaultFolder)
    #expect(try home.vault("status").errors.contains("chmod go-w '\(home.vaultFolder)'"))
  }

  @Test func `a vault that is a link is refused`() throws {
    let home = try preparedHome()
    let elsewhere = home.path("elsewhere.sealed")
    #expect(try Command(["mv", home.vaultFile, elsewhere]).run().status == 0)
    #expect(try Command(["ln", "-s", elsewhere, home.vaultFile]).run().status == 0)
    try expectRefusal(in: home, naming: home.vaultFile)
  }

  @Test func `a vault with a second name is refused`() throws {
    let home = try preparedHome()
    #expect(try Command(["ln", home.vaultFile, home.path("second")]).run().status == 0)
    try expectRefusal(in: home, naming: home.vaultFile)
  }

  @Test func `a folder in the place of the vault is refused`() throws {
    let home = try VaultHome.withVault()
    let folder = home.path("folder.sealed")
    #expect(try Command(["mkdir", "-m", "700", folder]).run().status == 0)
    let outcome = try home.vault("get", "--vault", folder, uri)
    #expect(outcome.status == 78, "\(outcome.errors)")
  }

  @Test func `a vault that may not be read is refused`() throws {
    let home = try preparedHome()
    try setMode(0, of: home.vaultFile)
    let reading = try home.withoutRootsPowers(["get", uri]).run()
    #expect(reading.status == 78, "\(reading.errors)")
    #expect(reading.errors.contains(home.vaultFile))
    try setMode(0o600, of: home.vaultFile)
    #expect(try home.secret(of: uri) == "secret")
  }

  @Test func `a folder that may not be written to can be read from, and a login says why not`()
    throws
  {
    let home = try preparedHome()
    let before = try readFile(home.vaultFile)
    #expect(try Command(["rm", "-f", home.vaultFolder + "/.vault.sealed.lock"]).run().status == 0)
    try setMode(0o500, of: home.vaultFolder)
    let reading = try home.withoutRootsPowers(["get", uri]).run()
    #expect(reading.status == 0, "\(reading.errors)")
    let writing = try home.withoutRootsPowers([
      "registry", "logout", uri,
    ]).run()
    #expect(writing.status == 73, "\(writing.errors)")
    #expect(writing.errors.contains(home.vaultFolder))
    #expect(try readFile(home.vaultFile) == before)
    try setMode(0o700, of: home.vaultFolder)
  }

  @Test func `a key file that others may write to is refused`() throws {
    let home = try preparedHome()
    try setMode(0o620, of: home.keyFile)
    let named = try home.vault("get", "--key-file", home.keyFile, uri)
    #expect(named.status == 78, "\(named.errors)")
    #expect(named.errors.contains("chmod 600 '\(home.keyFile)'"))
    // The one that the settings name is passed over, and said: a passphrase may open the vault yet.
    let remembered = try home.vault("get", uri)
    #expect(remembered.status == 75, "\(remembered.errors)")
    #expect(remembered.errors.contains("chmod 600 '\(home.keyFile)'"))
    #expect(named.output + remembered.output == "")
  }

  @Test func `a key file that others may read is used with a warning`() throws {
    let home = try preparedHome()
    try setMode(0o644, of: home.keyFile)
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("WARNING: "))
    #expect(outcome.errors.contains(home.keyFile))
  }
}

extension VaultHome {
  /// A command that file modes hold for even if root runs the tests.
  fileprivate func withoutRootsPowers(_ arguments: [String]) throws -> Command {
    var command = try command(arguments)
    if isRoot {
      command.words =
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] + command.words
    }
    return command
  }
}
