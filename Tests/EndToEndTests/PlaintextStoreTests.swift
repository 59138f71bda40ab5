import Foundation
import Testing
import VaultTestSupport

/// The documented remote.yaml, for who asks for it by name.
struct PlaintextStoreTests {
  private let uri = "docker://registry.example.com"

  @Test func `a login into remote.yaml is written as documented, with a warning`() throws {
    let home = try VaultHome.withVault()
    let sealed = try readFile(home.vaultFile)
    let login = try home.logIn(
      uri, as: "alice", with: "secret", "--no-verify", "--store", "remote-yaml")
    #expect(login.status == 0, "\(login.errors)")
    let file = home.path(".apptainer/remote.yaml")
    #expect(login.errors.contains("WARNING: "))
    #expect(login.errors.contains("unencrypted"))
    #expect(login.errors.contains(file))

    let text = String(decoding: try readFile(file), as: UTF8.self)
    let auth = "Basic " + Data("alice:secret".utf8).base64EncodedString()
    #expect(text.contains("Credentials:\n"))
    #expect(text.contains("URI: \(uri)\n"))
    #expect(text.contains("Auth: \(auth)\n"))
    #expect(try Command(["stat", "-c", "%a", file]).run().output == "600\n")
    #expect(try readFile(home.vaultFile) == sealed)
    #expect(try home.vault("registry", "list").output.contains(uri))

    #expect(try home.vault("registry", "logout", uri).status == 0)
    #expect(try !String(decoding: readFile(file), as: UTF8.self).contains(auth))
  }

  @Test(arguments: ["remote-yaml", "apptainer"])
  func `a login into another program's file keeps its group, and is closed to everybody else`(
    store: String
  ) throws {
    let home = try VaultHome.withVault()
    try makeFolder(home.path(".apptainer"))
    let file = home.path(
      store == "apptainer" ? ".apptainer/docker-config.json" : ".apptainer/remote.yaml")
    try writeFile(file, store == "apptainer" ? "{}" : "Active: \"\"\n")
    if isRoot { #expect(try Command(["chown", ":4712", file]).run().status == 0) }
    let before = try Command(["stat", "-c", "%g", file]).run().output
    for (mode, expected) in [(0o644, "600\n"), (0o640, "640\n"), (0o600, "600\n")] {
      try setMode(UInt32(mode), of: file)
      let login = try home.logIn(
        uri, as: "alice", with: "secret", "--no-verify", "--store", store)
      #expect(login.status == 0, "\(login.errors)")
      #expect(login.errors.contains("could be read by everybody") == (mode == 0o644))
      #expect(try Command(["stat", "-c", "%a", file]).run().output == expected)
      #expect(try Command(["stat", "-c", "%g", file]).run().output == before)
    }
    #expect(try home.vault("registry", "logout", uri).status == 0)
    #expect(try Command(["stat", "-c", "%g", file]).run().output == before)
  }

  @Test func `nothing is written in plain when the vault cannot be made`() throws {
    let home = try VaultHome()
    #expect(try home.logIn(uri, as: "alice", with: "secret", "--no-verify").status != 0)
    #expect(files(below: home.path) == [])
  }
}
