import Glibc
import SealedFormat
import Testing
import Vault
import VaultTestSupport

/// An undoing writes only what this machine has recorded, or what the user named, and only secrets.
struct UndoRecordTests {
  private static let auth = "auth.json"
  private static let before = #"{"auths":{"r.example":{"auth":"YWxpY2U6cHc="}}}"#
  private static let after = #"{"auths":{"r.example":{}}}"#
  private static let piece = Piece(23, #""auth":"YWxpY2U6cHc=""#)

  /// Bytes that a forged record inserts.
  struct Piece: Sendable {
    let offset: Int
    let text: String
    init(_ offset: Int, _ text: String) { (self.offset, self.text) = (offset, text) }
  }

  private func migrated() throws -> TestWorld {
    let world = try TestWorld()
    try world.makeVault()
    try writeFile(world.path(Self.auth), Self.before)
    #expect(try world.run("migrate", "--yes", Self.auth).status == 0)
    #expect(try world.text(Self.auth) == Self.after)
    return world
  }

  @Test func `the files are shown, and without a terminal an undoing takes --yes`() throws {
    let world = try migrated()
    let refused = try world.run("migrate", "--undo")
    #expect(refused.status == 64, "\(refused.errors)")
    #expect(refused.errors.contains("\(world.path(Self.auth)): gets its secrets back"))
    #expect(refused.errors.contains("--yes"))
    #expect(try world.text(Self.auth) == Self.after)
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try world.text(Self.auth) == Self.before)
    #expect(files(below: world.path(".local/state/vault/migrations")) == [])
  }

  @Test func `a record of another machine is used only for a file that the user names`() throws {
    let world = try migrated()
    for key in files(below: world.path(".local/state/vault/migrations")) { try removeFile(key) }
    let refused = try world.run("migrate", "--undo", "--yes")
    #expect(refused.status == 77, "\(refused.errors)")
    #expect(refused.errors.contains("migrate --undo 1 \(world.path(Self.auth))'"))
    #expect(try world.text(Self.auth) == Self.after)
    #expect(try world.run("migrate", "--undo", "1", "other.json", "--yes").status == 64)
    #expect(try world.run("migrate", "--undo", "1", Self.auth).status == 64)
    #expect(try world.text(Self.auth) == Self.after)
    let named = try world.run("migrate", "--undo", "1", Self.auth, "--yes")
    #expect(named.status == 0, "\(named.errors)")
    #expect(try world.text(Self.auth) == Self.before)
  }

  @Test func `a path that has become a link since the migration must be named by where it leads`()
    throws
  {
    let world = try migrated()
    try makeFolder(world.path("shared"))
    try writeFile(world.path("shared/auth.json"), Self.after)
    try removeFile(world.path(Self.auth))
    #expect(unsafe symlink(world.path("shared/auth.json"), world.path(Self.auth)) == 0)
    let refused = try world.run("migrate", "--undo", "--yes")
    #expect(refused.status == 77, "\(refused.errors)")
    #expect(refused.errors.contains("which leads to \(world.path("shared/auth.json"))"))
    #expect(try world.run("migrate", "--undo", "1", Self.auth, "--yes").status == 64)
    #expect(try world.text("shared/auth.json") == Self.after)
    #expect(try world.run("migrate", "--undo", "1", "shared/auth.json", "--yes").status == 0)
    #expect(try world.text("shared/auth.json") == Self.before)
  }

  @Test func `the MAC of one record is not taken for another file or migration`() throws {
    let world = try migrated()
    try writeFile(world.path("other.json"), Self.after)
    let store = try world.store()
    let bytes = try #require(try store.find(.migration("1/f/0/0"))?.secret.readableBytes)
    for (name, path) in [("1/f/1/0", Self.auth), ("1/f/2/0", "other.json"), ("2/f/0/0", Self.auth)]
    {
      try store.put(try record(name, world.path(path), bytes))
    }
    for number in ["1", "2"] {
      let refused = try world.run("migrate", "--undo", number, "--yes")
      #expect(refused.status == 77, "\(refused.errors)")
    }
    #expect(try world.text(Self.auth) == Self.after)
    #expect(try world.text("other.json") == Self.after)
  }

  @Test(arguments: [false, true])
  func `a record for a file that holds no logins writes nothing`(isNamed: Bool) throws {
    let world = try TestWorld()
    try world.makeVault()
    let text = "export A=1\n"
    try writeFile(world.path(".profile"), text)
    try world.forge("1/f/0/0", ".profile", text, [Piece(0, "touch gotcha\n")])
    let named = isNamed ? ["1", ".profile"] : []
    let undone = try world.run(["migrate", "--undo", "--yes"] + named)
    #expect(undone.status == 65, "\(undone.errors)")
    #expect(try world.text(".profile") == text)
  }

  @Test(arguments: [
    ("a.json", #"{"auths":{}}"#, Piece(11, #","credsStore":"evil""#)),
    ("a.json", #"{"auths":{}}"#, Piece(10, #""r.example":{"auth":"YWxpY2U6cHc="}"#)),
    ("a.json", Self.after, Piece(23, #""email":"a@b.example""#)),
    ("a.json", Self.after, Piece(23, Self.piece.text + #","email":"a@b.example""#)),
    ("a.json", Self.after, Piece(23, Self.piece.text + "}")),
    ("a.yaml", "Active: a\nRemotes:\n  a:\n    URI: h.example\n", Piece(33, "http.")),
    (
      "a.yaml", "Active: a\nRemotes:\n  a:\n    URI: h.example\n",
      Piece(43, "    Token: abc\n    Insecure: true\n")
    ),
  ])
  func `a record that would change more than secrets writes nothing, even if the file is named`(
    name: String, text: String, piece: Piece
  ) throws {
    let world = try TestWorld()
    try world.makeVault()
    try writeFile(world.path(name), text)
    try world.forge("1/f/0/0", name, text, [piece])
    let undone = try world.run("migrate", "--undo", "1", name, "--yes")
    #expect(undone.status == 65, "\(undone.errors)")
    #expect(undone.errors.contains(world.path(name)), "\(undone.errors)")
    #expect(try world.text(name) == text)
  }

  /// The control of the test above: the same way in, with nothing but a secret.
  @Test(arguments: [
    ("a.json", Self.after, Self.piece),
    ("a.yaml", "Active: a\nRemotes:\n  a:\n    URI: h.example\n", Piece(43, "    Token: abc\n")),
  ])
  func
    `a record without a MAC of this machine that only inserts secrets is used if the file is named`(
      name: String, text: String, piece: Piece
    ) throws
  {
    let world = try TestWorld()
    try world.makeVault()
    try writeFile(world.path(name), text)
    try world.forge("1/f/0/0", name, text, [piece])
    #expect(try world.run("migrate", "--undo", "--yes").status == 77)
    #expect(try world.text(name) == text)
    let undone = try world.run("migrate", "--undo", "1", name, "--yes")
    #expect(undone.status == 0, "\(undone.errors)")
    #expect(try world.text(name) == text.inserting(piece))
  }

  @Test(arguments: ["", "auth.json", "/dev/stdin", "/proc/self/environ"])
  func `a record for what is no absolute path of a file writes nothing`(path: String) throws {
    let world = try migrated()
    let store = try world.store()
    let bytes = try #require(try store.find(.migration("1/f/0/0"))?.secret.readableBytes)
    try store.put(try record("2/f/0/0", path, bytes))
    let undone = try world.run("migrate", "--undo", "--yes")
    #expect(undone.status == 75, "\(undone.errors)")
    #expect(try world.text(Self.auth) == Self.after)
  }

  @Test(arguments: ["9223372036854775807", "9223372036854775808", "007", "+7", "-1"])
  func `a record with an odd number ends in an answer, not in a crash`(number: String) throws {
    let world = try migrated()
    try world.forge("\(number)/f/0/0", "x.json", Self.after, [Self.piece])
    #expect(try world.run("migrate", "--list").status == 0)
    #expect([0, 65].contains(try world.run("migrate", "--undo", "--yes").status))
    #expect([0, 1].contains(try world.run("migrate", "--forget", "1").status))
    try writeFile(world.path("y.json"), Self.before)
    #expect([0, 64].contains(try world.run("migrate", "--yes", "y.json").status))
  }

  @Test func `two vaults of one home do not share the keys of their migrations`() throws {
    let world = try migrated()
    try writeFile(world.path("b.json"), Self.before)
    let other = ["--vault", world.path("second.sealed")]
    #expect(
      try world.run(["init", "--key-file", world.path("keys/second.key")] + other).status == 0)
    let opening = other + ["--key-file", world.path("keys/second.key")]
    #expect(try world.run(["migrate", "--yes", "b.json"] + opening).status == 0)
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try world.run(["migrate", "--undo", "--yes"] + opening).status == 0)
    #expect(try world.text(Self.auth) == Self.before)
    #expect(try world.text("b.json") == Self.before)
  }

  @Test(.enabled(if: isRoot, "only root makes a file immutable"))
  func `an undoing that fails half-way loses nothing, and a second one completes it`() throws {
    let world = try TestWorld()
    try world.makeVault()
    _ = try world.logIn("r.example", as: "alice", with: "kept")
    for name in ["a.json", "b.json"] { try writeFile(world.path(name), Self.before) }
    #expect(
      try world.run("migrate", "--yes", "--prefer", "file", "a.json", "b.json").status == 0)
    #expect(try world.run("get", "r.example").output == "pw\n")
    let path = world.path("b.json")
    #expect(try Command(["chattr", "+i", path]).run().status == 0)
    let half = try world.run("migrate", "--undo", "--yes")
    _ = try Command(["chattr", "-i", path]).run()
    #expect(half.status != 0)
    #expect(try world.text("a.json") == Self.before)
    #expect(try world.text("b.json") == Self.after)
    #expect(try world.run("get", "r.example").output == "pw\n")
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try world.text("b.json") == Self.before)
    #expect(try world.run("get", "r.example").output == "kept\n")
  }
}

private func record(_ name: String, _ path: String, _ bytes: [UInt8]) throws -> Credential {
  let record = CredentialRecord(
    key: .migration(name), spellings: [], isSecure: true, username: "", created: 7,
    importedFrom: path)
  return Credential(record: record, secret: try SecretBytes(copying: bytes.bytes))
}

extension String {
  fileprivate func inserting(_ piece: UndoRecordTests.Piece) -> String {
    let bytes = Array(utf8)
    return String(
      decoding: bytes[..<piece.offset] + Array(piece.text.utf8) + bytes[piece.offset...],
      as: UTF8.self)
  }
}

extension TestWorld {
  fileprivate func text(_ name: String) throws -> String {
    String(decoding: try readFile(path(name)), as: UTF8.self)
  }

  /// The vault, opened by its key file.
  fileprivate func store() throws -> VaultStore {
    let environment = Environment(["HOME": path("")], workingFolder: path(""))
    let access = try VaultAccess(
      path: vaultFile, option: .keyFile(path("keys/vault.key")), environment: environment)
    let locked = try #require(try access.read())
    return try #require(try access.openWithoutAsking(locked) { _ in })
  }

  /// Puts a record into the vault as a writer of it could, with a MAC of zeros.
  fileprivate func forge(
    _ name: String, _ file: String, _ text: String, _ pieces: [UndoRecordTests.Piece]
  ) throws {
    var before = text
    for piece in pieces.reversed() { before = before.inserting(piece) }
    var bytes = [UInt8](repeating: 0, count: 32)
    bytes += try digest(of: Array(before.utf8).bytes).utf8
    bytes += try digest(of: Array(text.utf8).bytes).utf8
    bytes += Self.number(pieces.count)
    for piece in pieces {
      bytes += Self.number(piece.offset) + Self.number(piece.text.utf8.count)
      bytes += Array(piece.text.utf8)
    }
    try store().put(try record(name, path(file), bytes))
  }

  private static func number(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
