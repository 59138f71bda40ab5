import Glibc
import Synchronization
import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

/// What is remembered of a vault by its paths, and that it only moves forward.
struct RollbackMarkTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try makeFolder(folder.path("home"))
    unsafe symlink(folder.path("home"), folder.path("link"))
  }

  private func secret() throws -> SlotSecret {
    try SlotSecret.keyBytes(Array(repeating: 1, count: 32))
  }

  /// A vault in a folder of the home, reached through the real home or a link to it.
  private func access(
    _ home: String = "home", vault: String = "data", acceptsRollback: Bool = false
  ) throws -> VaultAccess {
    try VaultAccess(
      path: folder.path("\(home)/\(vault)/vault.sealed"),
      environment: Environment(["HOME": folder.path(home)], workingFolder: "/"),
      acceptsRollback: acceptsRollback)
  }

  /// Opens the vault; throws where it is refused or missing.
  private func open(_ access: VaultAccess) throws -> VaultStore {
    guard let vault = try access.read(), let store = try access.open(vault, with: try secret())
    else { throw TestFailure("there is no vault, or the key does not open it") }
    return store
  }

  private func expectRefusal(_ access: () throws -> VaultAccess) {
    let error = #expect(throws: VaultError.self) { _ = try open(try access()) }
    #expect(error?.code == .rolledBack)
  }

  private func write(_ access: VaultAccess) throws {
    let store = try open(access)
    let record = CredentialRecord(
      key: .helperKey("k"), spellings: [], isSecure: true, username: "u", created: 1)
    try store.put(Credential(record: record, secret: try SecretBytes(readable: "s")))
  }

  private func run(_ words: String...) throws {
    #expect(try Command(words).run().status == 0)
  }

  // MARK: Paths

  @Test(arguments: ["home", "link"], ["home", "link"])
  func `a vault whose folder is gone is missed, whichever way the home is reached`(
    first: String, second: String
  ) throws {
    _ = try access(first).make(with: try secret())
    try run("rm", "-r", folder.path("home/data"))
    expectRefusal { try access(second) }
  }

  @Test func `an older copy behind a link in the place of the folder is refused`() throws {
    _ = try access().make(with: try secret())
    try run("cp", "-a", folder.path("home/data"), folder.path("home/older"))
    try write(try access())
    try run("mv", folder.path("home/data"), folder.path("home/newer"))
    unsafe symlink(folder.path("home/older"), folder.path("home/data"))
    expectRefusal { try access() }
  }

  @Test func `an older copy at a path that was never used is refused until it is accepted`() throws
  {
    _ = try access().make(with: try secret())
    try run("cp", "-a", folder.path("home/data"), folder.path("home/older"))
    try write(try access())
    expectRefusal { try access(vault: "older") }
    _ = try open(try access(vault: "older", acceptsRollback: true))
    _ = try open(try access(vault: "older"))
    _ = try open(try access())
  }

  @Test func `a newer copy at a path that was never used is opened, and remembered there`() throws {
    _ = try access().make(with: try secret())
    try run("cp", "-a", folder.path("home/data"), folder.path("home/older"))
    try write(try access())
    try run("cp", "-a", folder.path("home/data"), folder.path("home/copy"))
    _ = try open(try access(vault: "copy"))
    try run("cp", folder.path("home/older/vault.sealed"), folder.path("home/copy/vault.sealed"))
    expectRefusal { try access(vault: "copy") }
  }

  @Test func `a rollback that is accepted by one path is accepted by all`() throws {
    _ = try access("link").make(with: try secret())
    try run("cp", "-a", folder.path("home/data"), folder.path("home/older"))
    try write(try access("link"))
    try run("cp", folder.path("home/older/vault.sealed"), folder.path("home/data/vault.sealed"))
    expectRefusal { try access("link") }
    expectRefusal { try access("home") }
    _ = try open(try access("link", acceptsRollback: true))
    _ = try open(try access("link"))
    _ = try open(try access("home"))
  }

  // MARK: Writing

  private var marks: String { folder.path("marks") }

  private static func mark(in marks: String, isIgnored: Bool = false) throws -> RollbackMark {
    try RollbackMark(vaultPath: "/v/vault.sealed", folder: marks, isIgnored: isIgnored)
  }

  private func mark(isIgnored: Bool = false) throws -> RollbackMark {
    try Self.mark(in: marks, isIgnored: isIgnored)
  }

  private static func sighting(_ generation: UInt64) -> RollbackMark.Observation {
    RollbackMark.Observation(
      identifier: [1], generation: generation, state: [UInt8(generation % 256)])
  }

  private func sighting(_ generation: UInt64) -> RollbackMark.Observation {
    Self.sighting(generation)
  }

  private static func generation(in marks: String) throws -> UInt64 {
    let file = try #require(files(below: marks).first { $0.hasSuffix(".mark") })
    return try #require(UInt64(try text(at: file).split(separator: "\n")[2]))
  }

  private func generation() throws -> UInt64 { try Self.generation(in: marks) }

  @Test func `a reader that started with an older mark does not overwrite a newer one`() throws {
    var writer = try mark()
    writer.record(sighting(1))
    var reader = try mark()
    writer.record(sighting(3))
    reader.record(sighting(2))
    #expect(try generation() == 3)
    #expect(throws: VaultError.self) { try mark().check(sighting(2)) }
  }

  @Test func `a mark moves backward only if the user accepts it`() throws {
    var writer = try mark()
    writer.record(sighting(3))
    var accepting = try mark(isIgnored: true)
    accepting.record(sighting(2))
    #expect(try generation() == 2)
  }

  @Test func `a mark whose lock is held is left as it is, without waiting`() throws {
    var writer = try mark()
    writer.record(sighting(1))
    let lock = try FileLock(name: "marks", in: FolderHandle(path: marks))
    let start = SteadyClock.now
    writer.record(sighting(2))
    #expect(SteadyClock.now - start < .seconds(5))
    #expect(try generation() == 1)
    withExtendedLifetime(lock) {}
  }

  @Test func `a mark never moves backward while a reader races a writer`() async throws {
    let rounds = UInt64(FullSweep.cases(of: 1_000, sample: 200, "races for a mark"))
    let latest = Latest()
    var first = try mark()
    first.record(sighting(1))
    let marks = marks
    async let written: Void = {
      for generation in 2...rounds {
        var writer = try Self.mark(in: marks)
        latest.generation.withLock { $0 = generation }
        writer.record(Self.sighting(generation))
      }
    }()
    async let read: Void = {
      var highest: UInt64 = 0
      for _ in 1...rounds {
        var reader = try Self.mark(in: marks)
        reader.record(Self.sighting(latest.generation.withLock { $0 }))
        let now = try Self.generation(in: marks)
        #expect(now >= highest)
        highest = now
      }
    }()
    _ = try await (written, read)
  }
}

/// The generation that a writer has reached.
private final class Latest: Sendable {
  let generation = Mutex<UInt64>(1)
}
