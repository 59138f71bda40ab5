import Compat
import FoundationEssentials
import Glibc
import SealedFormat
import Testing
import Vault
import VaultTestSupport

@testable import VaultCLI

struct RemedyTests {
  private static let commands = [
    "init", "registry", "login", "logout", "get", "status", "unlock", "lock", "slot", "passphrase",
    "rekey", "helper", "migrate", "export", "exec", "config", "doctor",
  ]

  /// The drop-in file says in a comment who made it, and is recognised by every byte of its content.
  private static let exceptions = ["# Made by  vault helper install"]

  @Test(arguments: ["SealedFormat", "Vault", "Network", "Compat"])
  func `no text below the top layer names an option or a command`(_ module: String) throws {
    for (file, line) in try Self.lines(of: module) where Self.names(line) {
      Issue.record("\(module)/\(file): \(line)")
    }
  }

  @Test(arguments: ["VaultCLI", "CredentialHelper"])
  func `no program shows the message of an error without its remedy`(_ module: String) throws {
    for (file, line) in try Self.lines(of: module)
    where line.contains("error.message") && !line.contains("error.remedy") {
      Issue.record("\(module)/\(file): \(line)")
    }
  }

  /// The lines of the sources of a module, each with its file.
  private static func lines(of module: String) throws -> [(file: String, line: String)] {
    let folder = PackageFolder.path + "/Sources/" + module
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }
    #expect(!files.isEmpty)
    return try files.flatMap { file in
      try text(at: folder + "/" + file).split(separator: "\n").map { (file, String($0)) }
    }
  }

  @Test(arguments: [
    #"  "say so once with --accept-rollback")"#, #"+ "--cacert FILE; \(skip)""#,
    #"warn("take it over with  vault migrate")"#, #""run 'vault export'""#,
  ])
  func `the check of texts finds options and commands`(_ line: String) {
    #expect(Self.names(line))
  }

  /// Whether a line of source has a text literal that names an option or a command of `vault`.
  private static func names(_ line: String) -> Bool {
    let code = line.split(separator: " ").first?.hasPrefix("//") == true ? "" : line
    guard let quote = code.firstIndex(of: "\""), !exceptions.contains(where: code.contains) else {
      return false
    }
    let text = String(code[quote...])
    return text.firstMatch(of: #/--[a-z]/#) != nil
      || commands.contains { text.contains("vault \($0)") }
  }

  @Test func `a rolled back vault is refused with the option that accepts it`() throws {
    let world = try TestWorld()
    try world.makeVault()
    let old = try readFile(world.vaultFile)
    _ = try world.logIn("h")
    try writeFile(world.vaultFile, old)
    let refused = try world.run("registry", "list")
    #expect(refused.status == 76)
    #expect(refused.errors.contains("accept it once with '--accept-rollback'"))
  }

  @Test func `a wrong setting is refused with the command that changes it`() throws {
    let world = try TestWorld()
    try world.makeVault()
    let file = world.path(".config/vault/config")
    try writeFile(file, "store = elsewhere\r\n")
    let refused = try world.run("registry", "list")
    #expect(refused.status == 78)
    #expect(refused.errors.contains("\(file), line 1: store takes sealed or secret-service"))
    #expect(refused.errors.contains("config set store VALUE'"))
    #expect(try world.run("config", "set", "store", "sealed").status == 0)
    #expect(try world.run("registry", "list").status == 75)
  }

  @Test func `a missing key file that the settings name is a warning`() throws {
    let world = try TestWorld()
    try world.makeVault()
    try removeFile(world.path("keys/vault.key"))
    let result = try world.run("status")
    #expect(result.status == 75)
    #expect(result.errors.contains("WARNING: "))
    #expect(result.errors.contains(world.path("keys/vault.key")))
  }
}
