import Testing
import VaultTestSupport

/// What is not a whole vault is refused by every command, and never written to.
struct DamagedVaultTests {
  private static let commands = [
    ["registry", "list"], ["get", "docker://registry.example.com"], ["status"],
    ["registry", "logout", "docker://registry.example.com"],
    [
      "registry", "login", "--no-verify", "--username", "alice", "--password-stdin",
      "docker://other.example.com",
    ],
  ]

  /// A home with one login, and the bytes of its vault.
  private func preparedHome() throws -> (home: VaultHome, vault: [UInt8]) {
    let home = try VaultHome.withVault()
    let login = try home.logIn(
      "docker://registry.example.com", as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    return (home, try readFile(home.vaultFile))
  }

  private func expectRefusal(
    of bytes: [UInt8], in home: VaultHome, status: Int32, _ what: String
  ) throws {
    try writeFile(home.vaultFile, bytes)
    for command in Self.commands {
      let outcome = try home.command(command, input: "secret").run()
      #expect(outcome.status == status, "\(what), \(command): \(outcome.errors)")
      #expect(outcome.errors.contains(home.vaultFile), "\(what), \(command)")
      #expect(outcome.output == "", "\(what), \(command)")
      #expect(try readFile(home.vaultFile) == bytes, "\(what), \(command)")
    }
  }

  @Test func `a truncated vault is refused and left alone`() throws {
    let (home, vault) = try preparedHome()
    for length in [0, 1, 16, 20, vault.count / 2, vault.count - 1] {
      try expectRefusal(of: Array(vault.prefix(length)), in: home, status: 65, "\(length) bytes")
    }
    try expectRefusal(of: vault + [0], in: home, status: 65, "a byte too many")
  }

  @Test func `an edited vault is refused and left alone`() throws {
    let (home, vault) = try preparedHome()
    // Bytes 16 to 19 are the version, which has an answer of its own.
    let places = [0, 15, 20, 36, 64, 128, vault.count / 2, vault.count - 100, vault.count - 1]
    for place in places {
      var edited = vault
      edited[place] ^= 0x01
      try expectRefusal(of: edited, in: home, status: 65, "byte \(place)")
    }
  }

  @Test func `a vault of a later version is refused and left alone`() throws {
    let (home, vault) = try preparedHome()
    for place in 16..<20 {
      var later = vault
      later[place] ^= 0x02
      try expectRefusal(of: later, in: home, status: 78, "byte \(place)")
    }
  }

  @Test func `a file of another program is refused and left alone`() throws {
    let (home, _) = try preparedHome()
    try expectRefusal(of: Array("{\"auths\": {}}\n".utf8), in: home, status: 65, "JSON")
    try expectRefusal(of: [UInt8](repeating: 0, count: 8_192), in: home, status: 65, "zeros")
  }

  @Test func `the whole vault put back opens again`() throws {
    let (home, vault) = try preparedHome()
    try writeFile(home.vaultFile, Array(vault.dropLast()))
    #expect(try home.vault("status").status == 65)
    try writeFile(home.vaultFile, vault)
    #expect(try home.secret(of: "docker://registry.example.com") == "secret")
  }

  @Test func `another vault's key file does not open it`() throws {
    let (home, vault) = try preparedHome()
    let other = try VaultHome.withVault()
    let outcome = try home.vault(
      "get", "--key-file", other.keyFile, "docker://registry.example.com")
    #expect(outcome.status == 77, "\(outcome.errors)")
    #expect(try readFile(home.vaultFile) == vault)
  }
}
