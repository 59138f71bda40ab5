import Foundation
import Testing
import VaultTestSupport

/// The reader in Python, written from docs/format.md by somebody who had not seen the sources.
struct SecondReaderTests {
  /// Debian's Python, because that is the one which has Debian's PyNaCl.
  private static let words = [
    "/usr/bin/python3", PackageFolder.path + "/Tests/SecondReader/reader.py",
  ]

  @Test func `the independent reader gives every vector the outcome that vault gives`() throws {
    let manifest = PackageFolder.path + "/Tests/Vectors/sealed/manifest.json"
    let count = try #require(
      try JSONSerialization.jsonObject(with: Data(try readFile(manifest))) as? [Any]
    ).count
    let outcome = try Command(Self.words + ["--run", manifest]).run()
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output == "\(count) passed, 0 failed\n")
  }

  @Test func `the independent reader reads what vault has just written`() throws {
    let home = try VaultHome.withVault()
    #expect(
      try home.logIn("docker://h:5000/org", as: "ålice", with: "pä\u{7}ss", "--no-verify").status
        == 0)
    #expect(try home.logIn("oras://ghcr.io", as: "bob", with: "two", "--no-verify").status == 0)
    let outcome = try Command(Self.words + [home.vaultFile, "--key-file", home.keyFile]).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let entries = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    #expect(entries.map { $0["host"] as? String } == ["ghcr.io", "h"])
    #expect(entries.map { $0["username"] as? String } == ["bob", "ålice"])
    #expect(entries[1]["port"] as? Int == 5000)
    #expect(
      entries.map { $0["secretBase64"] as? String }
        == ["two", "pä\u{7}ss"].map { Data($0.utf8).base64EncodedString() })
  }

  @Test func `vault reads and changes what the independent writer has written`() throws {
    let home = try VaultHome()
    home.environment["VAULT_FILE"] = home.path("second.sealed")
    home.environment["VAULT_KEY_FILE"] = home.path("second.key")
    var writing = Command(
      Self.words + ["write", home.path("second.sealed"), "--key-file", home.path("second.key")])
    writing.input = Array(
      """
      [{"host": "ghcr.io", "path": "org", "account": "work", "username": "bob", "secretBase64": "dHdv"},
       {"host": "h", "port": 5000, "username": "\u{e5}lice", "secretBase64": "cMOkB3Nz", "note": "n"},
       {"kind": "keyserver", "name": "https://k.example", "username": "", "secretBase64": "a2V5"}]
      """.utf8)
    let written = try writing.run()
    #expect(written.status == 0, "\(written.errors)")
    #expect(try home.vault("get", "h:5000").output == "p\u{e4}\u{7}ss\n")
    #expect(try home.vault("get", "https://k.example").output == "key\n")
    let list = try home.vault("registry", "list", "--long").output
    #expect(list.contains("docker://ghcr.io/org") && list.contains("bob"), "\(list)")
    #expect(try home.logIn("r.example", as: "carol", with: "three", "--no-verify").status == 0)
    #expect(try home.vault("get", "h:5000").output == "p\u{e4}\u{7}ss\n")
    let outcome = try Command(
      Self.words + [home.path("second.sealed"), "--key-file", home.path("second.key")]
    ).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"note\": \"n\""), "\(outcome.output)")
    #expect(outcome.output.contains("carol"), "\(outcome.output)")
  }

  @Test func `the independent reader refuses a vault that was changed`() throws {
    let home = try VaultHome.withVault()
    var file = try readFile(home.vaultFile)
    file[1000] ^= 1
    try writeFile(home.path("changed"), file)
    let outcome = try Command(Self.words + [home.path("changed"), "--key-file", home.keyFile]).run()
    #expect(outcome.status == 65, "\(outcome.errors)")
  }
}
