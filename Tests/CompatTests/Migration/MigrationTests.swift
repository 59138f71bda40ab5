import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import Compat

/// What a migration decides, and what it leaves alone.
struct MigrationTests {
  private static func entry(_ server: String, _ login: String) -> String {
    "\"\(server)\":{\"auth\":\"\(Data(login.utf8).base64EncodedString())\"}"
  }

  private static func file(_ entries: String...) -> String {
    "{\"auths\":{\(entries.joined(separator: ","))}}"
  }

  private var key: CredentialRecord.Key {
    get throws { .registry(try scope("r.example")) }
  }

  private func home(_ files: [String: String]) throws -> MigrationHome {
    let home = try MigrationHome()
    for (name, text) in files { _ = try home.folder.write(text, as: name) }
    return home
  }

  private func keep(_ login: (user: String, secret: String), in home: MigrationHome) throws {
    try home.store.put(
      try credential(["docker://r.example"], user: login.user, secret: login.secret))
  }

  // MARK: What is set aside

  @Test(arguments: [[1, 2], [2, 1]])
  func `migrations are undone in any order without losing what the vault had`(order: [Int]) throws {
    let home = try home([
      "a.json": Self.file(Self.entry("r.example", "alice:one")),
      "b.json": Self.file(Self.entry("r.example", "alice:two")),
    ])
    try keep(("dave", "old"), in: home)
    #expect(try home.migrate(["a.json"], preferring: [.file], now: 7).number == 1)
    #expect(try home.migrate(["b.json"], preferring: [.file], now: 8).number == 2)
    #expect(try home.kept(key) == "alice:two")
    for number in order {
      #expect(try home.undo(number).allSatisfy { $0.error == nil })
    }
    #expect(try home.kept(key) == "dave:old")
    #expect(try text(at: home.folder.path + "/a.json").contains("auth\":\""))
    #expect(try text(at: home.folder.path + "/b.json").contains("auth\":\""))
  }

  @Test(.enabled(if: isRoot, "only root makes a file immutable"))
  func `a file that cannot be changed does not leave the vault's own login set aside`() throws {
    let home = try home(["a.json": Self.file(Self.entry("r.example", "alice:one"))])
    try keep(("dave", "old"), in: home)
    let plan = try home.plan(["a.json"])
    let migration = Migration(plan, plan.choices(preferring: [.file]), in: home.environment, now: 7)
    // The vault is sealed before the file is replaced, and this name cannot be replaced.
    let path = home.folder.path + "/a.json"
    #expect(try Command(["chattr", "+i", path]).run().status == 0)
    defer { _ = try? Command(["chattr", "-i", path]).run() }
    let results = try migration.perform(in: home.store).results
    #expect(results.first?.error != nil)
    #expect(try home.kept(key) == "dave:old")
  }

  @Test func `the highest number of a migration ends in an error, not in a crash`() throws {
    let home = try home(["a.json": Self.file(Self.entry("r.example", "alice:one"))])
    let record = CredentialRecord(
      key: .migration("\(Int.max)/f/0/0"), spellings: [], isSecure: true, username: "", created: 1)
    try home.store.put(Credential(record: record, secret: try SecretBytes(readable: "x")))
    let error = #expect(throws: VaultError.self) { try home.migrate(["a.json"]) }
    #expect(error?.code == .invalidInput)
  }

  // MARK: Conflicts

  @Test
  func `files that disagree, or differ from the vault, stay as they are until somebody decides`()
    throws
  {
    let one = Self.file(Self.entry("r.example", "alice:one"), Self.entry("s.example", "bob:same"))
    let two = Self.file(Self.entry("r.example", "alice:two"), Self.entry("t.example", "carol:c"))
    let home = try home(["one.json": one, "two.json": two])
    try home.store.put(try credential(["docker://t.example"], user: "carol", secret: "other"))
    let (plan, _, results) = try home.migrate(["one.json", "two.json"])
    #expect(plan.logins.map(\.state) == [.conflict, .new, .conflict])
    #expect(results.map(\.count) == [1])
    #expect(
      try text(at: home.folder.path + "/one.json")
        == Self.file(Self.entry("r.example", "alice:one"), "\"s.example\":{}"))
    #expect(try text(at: home.folder.path + "/two.json") == two)
    #expect(try home.kept(.registry(try scope("t.example"))) == "carol:other")
    #expect(try home.kept(key) == nil)
  }

  @Test(
    arguments: [
      ([.path("one.json")], "alice:one"), ([.path("two.json")], "alice:two"),
      ([.vault], "dave:old"), ([.vault, .path("one.json")], "dave:old"),
      ([.path("two.json"), .vault], "alice:two"), ([.file], nil), ([.path("three.json")], nil),
    ] as [([MigrationPlan.Preference], String?)])
  func `a preference decides, or leaves all as it is`(
    _ preferences: [MigrationPlan.Preference], _ wanted: String?
  ) throws {
    let texts = [
      "one.json": Self.file(Self.entry("r.example", "alice:one")),
      "two.json": Self.file(Self.entry("r.example", "alice:two")),
    ]
    let home = try home(texts)
    try keep(("dave", "old"), in: home)
    let absolute = preferences.map { preference in
      if case .path(let name, _) = preference {
        MigrationPlan.Preference.path("\(home.folder.path)/\(name)")
      } else {
        preference
      }
    }
    let (_, number, results) = try home.migrate(["one.json", "two.json"], preferring: absolute)
    #expect(try home.kept(key) == wanted ?? "dave:old")
    #expect(results.count == (wanted == nil ? 0 : 2))
    for (name, before) in texts {
      let isTaken = try text(at: "\(home.folder.path)/\(name)") == Self.file("\"r.example\":{}")
      #expect(isTaken == (wanted != nil))
      guard wanted != nil else { continue }
      _ = try home.undo(number)
      #expect(try text(at: "\(home.folder.path)/\(name)") == before)
      // What was replaced in the vault is there again too.
      #expect(try home.kept(key) == "dave:old")
      break
    }
  }

  @Test
  func `what the vault has already is taken out of the file, and the vault keeps what it knows`()
    throws
  {
    let home = try home(["one.json": Self.file(Self.entry("r.example", "alice:pw"))])
    try keep(("alice", "pw"), in: home)
    let before = try home.store.list()
    let (plan, _, results) = try home.migrate(["one.json"])
    #expect(plan.logins.map(\.state) == [.sealed])
    #expect(results.map(\.count) == [1])
    #expect(try home.store.list() == before)
  }

  @Test func `a login made after the migration is not undone`() throws {
    let home = try home(["one.json": Self.file(Self.entry("r.example", "alice:new"))])
    try keep(("alice", "old"), in: home)
    let (_, number, _) = try home.migrate(["one.json"], preferring: [.file])
    try keep(("alice", "newest"), in: home)
    _ = try home.undo(number)
    #expect(try home.kept(key) == "alice:newest")
    #expect(try home.store.records.count == 1)
  }

  @Test(arguments: [(1, "alice:one"), (2, "alice:two"), (3, nil)] as [(Int, String?)])
  func `of two secrets for one registry in one file, a line decides`(
    _ line: Int, _ wanted: String?
  ) throws {
    let entries = [
      Self.entry("r.example", "alice:one"), Self.entry("https://r.example/", "alice:two"),
    ]
    let home = try home(["one.json": "{\"auths\":{\(entries.joined(separator: ",\n"))}}"])
    let preference = MigrationPlan.Preference(file: "./one.json:\(line)", in: home.environment)
    let plan = try home.plan(["one.json"])
    if wanted == nil {
      #expect(try refusal { try plan.check([preference]) }.code == .invalidInput)
    } else {
      try plan.check([preference])
    }
    try home.migrate(["one.json"], preferring: [preference])
    #expect(try home.kept(key) == wanted)
  }

  @Test func `a preference for a file that holds no login is refused`() throws {
    let home = try home(["one.json": Self.file(Self.entry("r.example", "alice:one"))])
    let plan = try home.plan(["one.json"])
    let other = MigrationPlan.Preference(file: "./other.json", in: home.environment)
    #expect(try refusal { try plan.check([.vault, other]) }.code == .invalidInput)
    try plan.check([
      .vault, .file, MigrationPlan.Preference(file: "./one.json", in: home.environment),
    ])
  }

  // MARK: Interrupted, repeated, undone

  @Test func `a migration that stopped before it wrote the files is completed as the same one`()
    throws
  {
    let original = Self.file(Self.entry("r.example", "alice:pw"))
    let home = try home(["one.json": original, "two.json": original])
    let (_, first, _) = try home.migrate(["one.json", "two.json"])
    _ = try home.folder.write(original, as: "two.json")
    let before = try home.store.records
    let (_, second, results) = try home.migrate(["one.json", "two.json"])
    #expect(second == first)
    #expect(results.map(\.path) == [home.folder.path + "/two.json"])
    #expect(try home.store.records == before)
    #expect(try home.undo(first).map(\.isChanged) == [true, true])
    #expect(try text(at: home.folder.path + "/two.json") == original)
  }

  @Test func `a file that was changed since is left alone, and what undoes it is kept`() throws {
    let original = Self.file(Self.entry("r.example", "alice:pw"))
    let home = try home(["one.json": original, "two.json": original, "three.json": original])
    let names = ["one.json", "two.json", "three.json"]
    let (_, number, _) = try home.migrate(names)
    let changed = "{\"auths\":{\"r.example\":{}},\"x\":1}"
    let path = try home.folder.write(changed, as: "one.json")
    try FileManager.default.removeItem(atPath: home.folder.path + "/three.json")
    let results = try home.undo(number)
    #expect(results.map(\.isChanged) == [false, true, false])
    #expect(results[0].error?.message.contains("was changed since") == true)
    #expect(results[2].error?.message.contains("is gone") == true)
    #expect(try text(at: path) == changed)
    #expect(try text(at: home.folder.path + "/two.json") == original)
    #expect(try home.log.entries().map(\.state) == [.changed, .missing])
    // Put back as it was left, it can be undone after all.
    _ = try home.folder.write("{\"auths\":{\"r.example\":{}}}", as: "one.json")
    #expect(try home.undo(number)[0].isChanged)
    #expect(try text(at: path) == original)
  }

  @Test func `migrations are undone one by one, and forgotten`() throws {
    let home = try home(["one.json": Self.file(Self.entry("r.example", "alice:pw"))])
    let (_, first, _) = try home.migrate(["one.json"])
    let again = Self.file(Self.entry("r.example", "alice:pw"), Self.entry("s.example", "bob:pw"))
    _ = try home.folder.write(again, as: "one.json")
    let (_, second, _) = try home.migrate(["one.json"])
    #expect((first, second) == (1, 2))
    #expect(try home.log.entries().map(\.state) == [.changed, .migrated])
    _ = try home.undo(second)
    #expect(try text(at: home.folder.path + "/one.json") == again)
    try home.log.forget(first)
    #expect(try home.store.records == home.store.list())
    #expect(try refusal { try home.log.forget(first) }.code == .notFound)
    #expect(try refusal { _ = try home.undo(first) }.code == .notFound)
  }

  @Test func `what undoes a migration survives a new vault key, and is in no list`() throws {
    let original = Self.file(Self.entry("r.example", "alice:pw"))
    let home = try home(["one.json": original])
    let (_, number, _) = try home.migrate(["one.json"])
    #expect(try home.store.list().count == 1)
    try home.store.rekey { (add, _) throws(VaultError) in
      try add(try SlotSecret(makingKeyFile: home.folder.path + "/second.key"))
    }
    _ = try home.undo(number)
    #expect(try text(at: home.folder.path + "/one.json") == original)
  }

  @Test func `more than the vault keeps in one piece is kept in several`() throws {
    let long = String(repeating: "long secret ", count: 1000)
    let entries = (0..<10).map { Self.entry("h\($0).example", "user:\($0)\(long)") }
    let original = "{\"auths\":{\(entries.joined(separator: ","))}}"
    let home = try home(["one.json": original])
    let (_, number, _) = try home.migrate(["one.json"])
    #expect(try home.store.records.count > 10 + 3)
    #expect(try text(at: home.folder.path + "/one.json").count < 1000)
    _ = try home.undo(number)
    #expect(try text(at: home.folder.path + "/one.json") == original)
  }

  // MARK: Files that are not as they should be

  @Test(arguments: [0o600, 0o640, 0o644, 0o444, 0o400])
  func `the mode of a file stays`(_ mode: Int) throws {
    let home = try home(["one.json": Self.file(Self.entry("r.example", "alice:pw"))])
    let path = home.folder.path + "/one.json"
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let (_, number, results) = try home.migrate(["one.json"])
    #expect(try Int(VaultTestSupport.mode(of: path)) == mode)
    #expect(
      results[0].residue.contains(.readable(mode: UInt32(mode))) == (mode & 0o044 != 0))
    _ = try home.undo(number)
    #expect(try Int(VaultTestSupport.mode(of: path)) == mode)
  }

  @Test(arguments: [0o620, 0o606, 0o666])
  func `a file that others can write to is left alone`(_ mode: Int) throws {
    let original = Self.file(Self.entry("r.example", "alice:pw"))
    let home = try home(["one.json": original, "two.json": original])
    let path = home.folder.path + "/one.json"
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let (plan, _, results) = try home.migrate(["one.json", "two.json"])
    #expect(plan.exposures.refusals.map(\.error.code) == [.configuration])
    #expect(plan.exposures.refusals[0].error.message.contains("can be written to by others"))
    #expect(results.map(\.path) == [home.folder.path + "/two.json"])
    #expect(try text(at: path) == original)
  }

  @Test func `a link is followed, changed at its end, and stays a link`() throws {
    let home = try home(["real.json": Self.file(Self.entry("r.example", "alice:pw"))])
    let link = home.folder.path + "/link.json"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: home.folder.path + "/real.json")
    let (plan, number, results) = try home.migrate(["link.json", "real.json"])
    #expect(plan.exposures.warnings.contains { $0.contains("is a link to") })
    #expect(results.count == 1)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link).hasSuffix("real.json"))
    #expect(try text(at: link) == Self.file("\"r.example\":{}"))
    _ = try home.undo(number)
    #expect(try text(at: link) == Self.file(Self.entry("r.example", "alice:pw")))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link).hasSuffix("real.json"))
  }

  @Test func `a folder, a pipe and a link to nowhere are said or passed over`() throws {
    let home = try home(["two.json": Self.file(Self.entry("r.example", "alice:pw"))])
    try FileManager.default.createDirectory(
      atPath: home.folder.path + "/one.json", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: home.folder.path + "/nowhere.json", withDestinationPath: "/nonexistent/x")
    let (plan, _, results) = try home.migrate(["one.json", "nowhere.json", "two.json"])
    #expect(
      plan.exposures.refusals.map(\.error.message).allSatisfy { $0.contains("is not a plain file") }
    )
    #expect(plan.exposures.refusals.count == 1)
    #expect(results.count == 1)
  }

  @Test func `a file that changes after the plan was made is left as it is`() throws {
    let home = try home([
      "one.json": Self.file(Self.entry("r.example", "alice:pw")),
      "two.json": Self.file(Self.entry("s.example", "bob:pw")),
    ])
    let plan = try home.plan(["one.json", "two.json"])
    let changed = Self.file(Self.entry("r.example", "alice:newer"))
    let path = try home.folder.write(changed, as: "one.json")
    let (_, results) = try Migration(
      plan, plan.choices(preferring: []), in: home.environment, now: 7
    )
    .perform(in: home.store)
    #expect(results.map(\.error?.code) == [.unavailable, nil])
    #expect(try text(at: path) == changed)
    #expect(try home.kept(.registry(try scope("s.example"))) == "bob:pw")
  }

  @Test func `a vault that changes after the plan was made is not written over`() throws {
    let original = Self.file(Self.entry("r.example", "alice:pw"))
    let home = try home(["one.json": original])
    let plan = try home.plan(["one.json"])
    try keep(("alice", "newer"), in: home)
    let error = try refusal {
      _ = try Migration(
        plan, plan.choices(preferring: []), in: home.environment, now: 7
      ).perform(in: home.store)
    }
    #expect(error.code == .unavailable)
    #expect(try home.kept(key) == "alice:newer")
    #expect(try text(at: home.folder.path + "/one.json") == original)
  }

  // MARK: What may still hold a secret

  @Test func `other names, copies, repositories and snapshots are named`() throws {
    let original = Self.file(Self.entry("r.example", "alice:a-long-password"))
    let home = try home([
      "one.json": original, "one.json.bak": "# " + original, "one.json~": "{}", "other": original,
    ])
    let manager = FileManager.default
    let path = home.folder.path + "/one.json"
    try manager.linkItem(atPath: path, toPath: home.folder.path + "/name")
    try manager.createDirectory(
      atPath: home.folder.path + "/.snapshot", withIntermediateDirectories: false)
    try manager.createDirectory(
      atPath: home.folder.path + "/.git", withIntermediateDirectories: false)
    _ = try home.folder.write("DIRC...one.json\0...", as: ".git/index")
    let residue = try home.migrate(["one.json"]).results[0].residue
    #expect(residue.contains(.names(1)))
    #expect(residue.contains(.copy(path: path + ".bak")))
    #expect(!residue.contains(.copy(path: path + "~")))
    #expect(residue.contains(.repository(folder: home.folder.path)))
    #expect(residue.contains(.snapshots(folder: home.folder.path + "/.snapshot")))
  }

  // MARK: What it is of use for

  @Test(
    arguments: [
      (".docker/config.json", "r.example", MigrationUse.helper(.docker)),
      (".docker/config.json", "r.example/team", .exec(.docker)),
      (".docker/config.json", "https://index.docker.io/v1/access-token", .helper(.docker)),
      (".apptainer/docker-config.json", "r.example", .helper(.apptainer)),
      (".config/containers/auth.json", "r.example", .helper(.podman)),
      (".config/containers/auth.json", "r.example/team", .exec(.podman)),
      (".singularity/docker-config.json", "r.example", .exec(.singularity)),
      ("any.json", "r.example", .exec(.unknown)),
    ])
  func `the plan says what will use a login`(
    _ path: String, _ server: String, _ use: MigrationUse
  ) throws {
    let home = try MigrationHome()
    if let slash = path.lastIndex(of: "/") {
      try FileManager.default.createDirectory(
        atPath: "\(home.folder.path)/\(path[..<slash])", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    _ = try home.folder.write(Self.file(Self.entry(server, "alice:pw")), as: path)
    #expect(try home.plan([path]).logins.map(\.uses) == [[use]])
  }

  @Test(
    arguments: [
      ("docker.io", "app.docker.com"), ("ghcr.io/x", "github.com/settings/tokens"),
      ("a.azurecr.io", "az acr"), ("1.dkr.ecr.eu-west-1.amazonaws.com", "12 hours"),
      ("r.example:5000", "https://r.example:5000"), ("quay.io", "quay.io"),
      ("registry.gitlab.com", "personal_access_tokens"), ("nvcr.io", "ngc.nvidia.com"),
      ("europe-docker.pkg.dev", "console.cloud.google.com"),
    ])
  func `the plan says where a secret is changed`(_ server: String, _ words: String) throws {
    let home = try home(["one.json": Self.file(Self.entry(server, "alice:pw"))])
    let rotations = try home.plan(["one.json"]).logins.flatMap(\.rotations)
    #expect(rotations.map(\.username) == ["alice"])
    #expect(rotations[0].place.contains(words), "\(rotations[0].place)")
  }
}
