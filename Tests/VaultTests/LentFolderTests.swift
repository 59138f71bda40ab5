import Glibc
import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

/// Where lent files lie, what is swept there, and what the helper takes for them.
struct LentFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func places() -> [LendingPlace] {
    Array(
      LendingPlace.all(in: Environment(["XDG_RUNTIME_DIR": folder.path], workingFolder: "/"))
        .prefix(1))
  }

  private func lend() throws -> LentFolder { try LentFolder(in: places()) { _ in } }

  /// Writes a login into a lent folder.
  private func write(_ uris: [(uri: String, user: String)], to lent: borrowing LentFolder) throws {
    var text = try LentLoginText()
    for (uri, user) in uris {
      let secret = Array("of \(user)".utf8)
      let record = CredentialRecord(
        key: .registry(try RegistryURI(uri).scope), spellings: [uri], isSecure: true,
        username: user, created: 0)
      try text.add(
        Credential(record: record, secret: try SecretBytes(copying: secret.bytes)))
    }
    let whole = try text.finished()
    try lent.write(LentLoginText.fileName, whole.bytes)
  }

  private func user(for server: String, in lent: borrowing LentFolder) throws -> String? {
    let credential = try LentLoginFile(folder: lent.path).find(serverURL: server)
    guard let credential else { return nil }
    return credential.record.username
  }

  // MARK: Sweeping

  @Test func `a link in the place of the folder is not followed, and nothing behind it is removed`()
    throws
  {
    let project = try TemporaryFolder()
    try makeFolder(project.path("lend-work"))
    try writeFile(project.path("lend-work/thesis"), "years")
    unsafe symlink(project.path, folder.path("vault"))
    #expect(throws: VaultError.self) { _ = try lend() }
    #expect(try text(at: project.path("lend-work/thesis")) == "years")
    #expect(FolderHandle.names(at: project.path) == ["lend-work"])
  }

  @Test func `a folder without our marker is not removed, whatever its name`() throws {
    try makeFolder(folder.path("vault"))
    for name in ["lend-empty", "lend-work", "lend-owner"] {
      try makeFolder(folder.path("vault/\(name)"))
    }
    try writeFile(folder.path("vault/lend-work/thesis"), "years")
    try writeFile(folder.path("vault/lend-owner/.owner"), "")
    try lend().remove()
    #expect(
      FolderHandle.names(at: folder.path("vault"))
        == [".lend.lock", "lend-empty", "lend-owner", "lend-work"])
    #expect(try text(at: folder.path("vault/lend-work/thesis")) == "years")
  }

  @Test func `a folder with our marker and no owner is removed, and one in use stays`() throws {
    let used = try lend()
    try makeFolder(folder.path("vault/lend-dead"))
    try writeFile(folder.path("vault/lend-dead/.vault-lent"), "vault-lent-1\n")
    try writeFile(folder.path("vault/lend-dead/auth.json"), "secret")
    let another = try lend()
    let names = FolderHandle.names(at: folder.path("vault")) ?? []
    #expect(!names.contains("lend-dead"))
    #expect(names.contains(Path.name(of: used.path)))
    #expect(names.contains(Path.name(of: another.path)))
  }

  @Test(.enabled(if: isRoot)) func `a folder of another user is not used, not even by root`()
    throws
  {
    try makeFolder(folder.path("vault"))
    unsafe chown(folder.path("vault"), 65_534, 65_534)
    #expect(throws: VaultError.self) { _ = try lend() }
    unsafe chown(folder.path("vault"), 0, 0)
    unsafe chown(folder.path, 65_534, 65_534)
    #expect(throws: VaultError.self) { _ = try lend() }
    unsafe chown(folder.path, 0, 0)
  }

  // MARK: What the helper reads

  @Test func `the helper's lent login is the one with the longest prefix`() throws {
    let lent = try lend()
    try write(
      [
        ("docker://r.example.com/team", "team"), ("docker://r.example.com/team/app", "app"),
        ("docker://docker.io", "hub"),
      ], to: lent)
    #expect(try user(for: "r.example.com/team/app/x", in: lent) == "app")
    #expect(try user(for: "r.example.com/team/other", in: lent) == "team")
    #expect(try user(for: "r.example.com/other", in: lent) == nil)
    #expect(try user(for: "r.example.com", in: lent) == "team")
    #expect(try user(for: "https://index.docker.io/v1/", in: lent) == "hub")
    #expect(try user(for: "other.example.com", in: lent) == nil)
    let logins = try LentLoginFile(folder: lent.path)
    #expect(logins.names == ["r.example.com": "team", "docker.io": "hub"])
    let found = try #require(try logins.find(serverURL: "r.example.com/team")?.secretText)
    #expect(found == "of team")
  }

  @Test func `a lent folder whose command has ended is refused`() throws {
    try makeFolder(folder.path("lend-dead"))
    try writeFile(folder.path("lend-dead/.vault-lent"), "vault-lent-1\n")
    try writeFile(folder.path("lend-dead/lent.json"), #"{"logins":[]}"#)
    let error = #expect(throws: VaultError.self) {
      _ = try LentLoginFile(folder: folder.path("lend-dead"))
    }
    #expect(error?.code == .unavailable)
  }

  @Test func `a lent folder without marker, behind a link or open to others is refused`() throws {
    let lent = try lend()
    try write([], to: lent)
    _ = try LentLoginFile(folder: lent.path)
    unsafe symlink(lent.path, folder.path("link"))
    #expect(throws: VaultError.self) { _ = try LentLoginFile(folder: folder.path("link")) }
    #expect(throws: VaultError.self) { _ = try LentLoginFile(folder: "relative") }
    try setMode(0o777, of: lent.path)
    #expect(throws: VaultError.self) { _ = try LentLoginFile(folder: lent.path) }
    try setMode(0o700, of: lent.path)
    try setMode(0o644, of: lent.path + "/lent.json")
    #expect(throws: VaultError.self) { _ = try LentLoginFile(folder: lent.path) }
    try setMode(0o600, of: lent.path + "/lent.json")
    try writeFile(lent.path + "/.vault-lent", "something\n")
    #expect(throws: VaultError.self) { _ = try LentLoginFile(folder: lent.path) }
  }
}

extension Credential {
  fileprivate var secretText: String {
    let bytes = secret.bytes
    return String(decoding: (0..<bytes.byteCount).map { bytes[$0] }, as: UTF8.self)
  }
}
