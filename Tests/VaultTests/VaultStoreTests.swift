import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

struct VaultStoreTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("data/vault.sealed") }

  init() throws { folder = try TemporaryFolder() }

  private func key(_ byte: UInt8 = 1) throws -> SlotSecret {
    try SlotSecret.keyBytes(Array(repeating: byte, count: 32))
  }

  private func access(acceptsRollback: Bool = false) throws -> VaultAccess {
    try VaultAccess(
      path: path,
      environment: Environment(["HOME": folder.path], workingFolder: folder.path),
      acceptsRollback: acceptsRollback)
  }

  private func make(_ byte: UInt8 = 1) throws -> VaultStore {
    try access().make(with: try key(byte))
  }

  private func open(_ byte: UInt8 = 1, acceptsRollback: Bool = false) throws -> VaultStore? {
    let access = try access(acceptsRollback: acceptsRollback)
    guard let vault = try access.read() else { return nil }
    return try access.open(vault, with: try key(byte))
  }

  private func credential(
    _ address: String, _ username: String = "u", secret: String = "s"
  ) throws -> Credential {
    let uri = try RegistryURI(address)
    return Credential(
      record: CredentialRecord(
        key: .registry(uri.scope), spellings: [uri.text], isSecure: true, username: username,
        created: 1),
      secret: try SecretBytes(copying: Array(secret.utf8).bytes))
  }

  private func username(_ address: String, in store: VaultStore) throws -> String? {
    let credential = try store.find(try RegistryURI(address).scope)
    guard let credential else { return nil }
    return credential.record.username
  }

  @Test func `what one command stores the next one finds`() throws {
    let store = try make()
    try store.put(try credential("docker://h", "alice", secret: "hunter2"))
    let again = try open()
    guard let again else { throw TestFailure("the vault did not open") }
    let credential = try again.find(try RegistryURI("https://H:443/v2/").scope)
    guard let credential else { throw TestFailure("not found") }
    #expect(credential.record.username == "alice")
    #expect(credential.secret.readable == "hunter2")
  }

  @Test func `another key opens nothing`() throws {
    _ = try make()
    let opens = try open(2) != nil
    #expect(!opens)
  }

  @Test func `what registries said is noted, but not to a login that has changed meanwhile`() throws
  {
    let store = try make()
    for address in ["h1", "h2", "h3"] { try store.put(try credential(address, "old")) }
    let second = try open()
    guard let second else { throw TestFailure("the vault did not open") }
    try second.put(try credential("h2", "new", secret: "other"))
    _ = try second.remove(try RegistryURI("h3").scope)
    try second.put(try credential("h4"))

    let keys = try ["h1", "h2", "h3", "h4", "h5"].map {
      CredentialRecord.Key.registry(try RegistryURI($0).scope)
    }
    try store.note(
      Dictionary(uniqueKeysWithValues: keys.map { ($0, (verified: 7, expires: 9)) }))
    let after = try open()
    guard let after else { throw TestFailure("the vault did not open") }
    #expect(
      try after.list().map(\.spellings) == [["docker://h1"], ["docker://h2"], ["docker://h4"]])
    #expect(try after.list().map(\.verified) == [7, nil, nil])
    #expect(try after.list().map(\.expires) == [9, nil, nil])
    #expect(try after.list().map(\.username) == ["old", "new", "u"])
  }

  @Test func `the longest prefix is found, never a sibling's`() throws {
    let store = try make()
    for (address, name) in [("h/a", "a"), ("h", "all"), ("h/a/b", "ab"), ("h:5000", "port")] {
      try store.put(try credential(address, name))
    }
    let found = try ["h/a/b/c", "h/a/bc", "h/a", "h/ab", "h", "h:5000/a", "g/a", "h:81/a"].map {
      try username($0, in: store)
    }
    #expect(found == ["ab", "a", "a", "all", "all", "port", nil, nil])
  }

  @Test func `docker and oras of one host are one credential with two spellings`() throws {
    let store = try make()
    try store.put(try credential("docker://h", "first"))
    try store.put(try credential("oras://h", "second"))
    let records = try store.list()
    #expect(records.map(\.username) == ["second"])
    #expect(records.first?.spellings == ["docker://h", "oras://h"])
  }

  @Test func `removing one leaves the others, and removing nothing writes nothing`() throws {
    let store = try make()
    try store.put(try credential("h1"))
    try store.put(try credential("h2"))
    let removed = try store.remove(try RegistryURI("h1").scope)
    #expect(removed)
    #expect(try store.list().flatMap(\.spellings) == ["docker://h2"])
    let before = try readFile(path)
    let removedAgain = try store.remove(try RegistryURI("h1").scope)
    #expect(!removedAgain)
    #expect(try readFile(path) == before)
  }

  @Test func `two open stores lose nothing of each other`() throws {
    let one = try make()
    let second = try open()
    guard let other = second else { throw TestFailure("the vault did not open") }
    try one.put(try credential("h1"))
    try other.put(try credential("h2"))
    try one.put(try credential("h3"))
    #expect(try one.list().count == 3)
  }

  @Test func `a second making with the same key opens the first vault`() throws {
    let store = try make()
    try store.put(try credential("h"))
    let again = try make()
    #expect(try again.list().count == 1)
  }

  @Test func `a second making with another key is refused and changes nothing`() throws {
    _ = try make()
    let before = try readFile(path)
    let error = #expect(throws: VaultError.self) { _ = try make(2) }
    #expect(error?.code == .refused)
    #expect(try readFile(path) == before)
  }

  @Test func `a vault that is gone under an open store is not made anew`() throws {
    let store = try make()
    try removeFile(path)
    let fresh = try credential("h")
    let error = #expect(throws: VaultError.self) { try store.put(fresh) }
    #expect(error?.code == .rolledBack)
    let isThere = try VaultStore.read(path) != nil
    #expect(!isThere)
  }

  @Test func `a vault replaced by one with another key takes no credential`() throws {
    let store = try make()
    try removeFile(path)
    _ = try access(acceptsRollback: true).make(with: try key(2))
    let fresh = try credential("h")
    let error = #expect(throws: VaultError.self) { try store.put(fresh) }
    #expect(error?.code == .rolledBack)
  }

  // MARK: The mark against rollback

  @Test func `an older copy of the vault is refused until the user accepts it`() throws {
    let store = try make()
    let old = try readFile(path)
    try store.put(try credential("h"))
    try writeFile(path, old)
    let error = #expect(throws: VaultError.self) { _ = try open() }
    #expect(error?.code == .rolledBack)
    #expect(error?.message.contains("generation 1 after 2") == true)
    let accepted = try open(acceptsRollback: true) != nil
    #expect(accepted)
    let opensAgain = try open() != nil
    #expect(opensAgain)
  }

  @Test func `an older copy takes no change either`() throws {
    let store = try make()
    let old = try readFile(path)
    try store.put(try credential("h"))
    try writeFile(path, old)
    let more = try credential("h2")
    let error = #expect(throws: VaultError.self) { try store.put(more) }
    #expect(error?.code == .rolledBack)
    #expect(try readFile(path) == old)
  }

  @Test func `another vault with the same key file is refused in its place`() throws {
    _ = try make()
    let other = try TemporaryFolder()
    let foreign = other.path("vault.sealed")
    _ = try VaultAccess(
      path: foreign, environment: Environment(["HOME": other.path], workingFolder: "/")
    ).make(with: try key())
    try writeFile(path, try readFile(foreign))
    let error = #expect(throws: VaultError.self) { _ = try open() }
    #expect(error?.code == .rolledBack)
    #expect(error?.message.contains("another vault") == true)
  }

  @Test func `another content of the generation that was seen is refused`() throws {
    _ = try make()
    let first = try readFile(path)
    let one = try open(acceptsRollback: true)
    try one?.put(try credential("h1"))
    try writeFile(path, first)
    let other = try open(acceptsRollback: true)
    try other?.put(try credential("h2"))
    let second = try readFile(path)
    try writeFile(path, first)
    let third = try open(acceptsRollback: true)
    try third?.put(try credential("h3"))
    try writeFile(path, second)
    let error = #expect(throws: VaultError.self) { _ = try open() }
    #expect(error?.code == .rolledBack)
  }

  @Test func `a vault that is gone is not an empty one`() throws {
    _ = try make()
    try removeFile(path)
    let error = #expect(throws: VaultError.self) { _ = try open() }
    #expect(error?.code == .rolledBack)
    let isThere = try access(acceptsRollback: true).read() != nil
    #expect(!isThere)
  }

  @Test func `a newer vault from another host is taken, and remembered`() throws {
    let store = try make()
    let marks = folder.path(".local/state/vault/marks")
    let mark = try #require(files(below: marks).first)
    let old = try readFile(mark)
    try store.put(try credential("h"))
    try writeFile(mark, old)
    let opens = try open() != nil
    #expect(opens)
    #expect(try readFile(mark) != old)
  }

  @Test(arguments: ["x", "vault-mark-2\n00\n1\n00", "vault-mark-3\n00\n1\n00\n"])
  func `a damaged mark is said, not passed over`(_ text: String) throws {
    _ = try make()
    let mark = try #require(files(below: folder.path(".local/state/vault/marks")).first)
    try writeFile(mark, text)
    let error = #expect(throws: VaultError.self) { _ = try open() }
    #expect(error?.code == .rolledBack)
    #expect(error?.message.contains(mark) == true)
  }

  @Test func `a mark of a development version counts as none, and is written again`() throws {
    _ = try make()
    let mark = try #require(files(below: folder.path(".local/state/vault/marks")).first)
    try writeFile(mark, "vault-mark-1\n00\n9\n00\n")
    let opens = try open() != nil
    #expect(opens)
    #expect(String(decoding: try readFile(mark), as: UTF8.self).hasPrefix("vault-mark-2\n"))
  }

  @Test func `a fork of the generation that was seen is refused, whatever digest it carries`()
    throws
  {
    let store = try make()
    let first = try readFile(path)
    try store.put(try credential("h1"))
    let seen = try readFile(path)
    try writeFile(path, first)
    let other = try open(acceptsRollback: true)
    try other?.put(try credential("h2"))
    var fork = try readFile(path)
    #expect(fork.count == seen.count)
    _ = try SealedVault(seen, path: path)
    let digest = (seen.count - 4096 - 32)..<(seen.count - 4096)
    let mark = try #require(files(below: folder.path(".local/state/vault/marks")).first)
    try writeFile(path, seen)
    try removeFile(mark)
    _ = try open()
    for pasted in [false, true] {
      if pasted { fork.replaceSubrange(digest, with: seen[digest]) }
      try writeFile(path, fork)
      let error = #expect(throws: VaultError.self) { _ = try open() }
      #expect(error?.code == (pasted ? .damaged : .rolledBack))
    }
  }

  // MARK: Slots

  @Test func `each slot opens the vault, and a removed one no longer`() throws {
    let store = try make(1)
    let second = try store.addSlot(try key(2))
    var opens = try [open(1) != nil, open(2) != nil, open(3) != nil]
    #expect(opens == [true, true, false])
    let first = try #require(store.slots.first)
    try store.removeSlot(named: first.name)
    opens = try [open(1) != nil, open(2) != nil]
    #expect(opens == [false, true])
    let error = #expect(throws: VaultError.self) { try store.removeSlot(named: second.name) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("is the last") == true)
  }

  @Test func `a slot is replaced in one step`() throws {
    let store = try make(1)
    let name = try #require(store.slots.first).name
    _ = try store.replaceSlot(named: name, with: try key(2))
    let opens = try [open(1) != nil, open(2) != nil]
    #expect(opens == [false, true])
    #expect(store.slots.count == 1)
  }

  @Test func `an unknown slot is named`() throws {
    let store = try make()
    let error = #expect(throws: VaultError.self) { try store.removeSlot(named: "0000") }
    #expect(error?.code == .notFound)
  }

  @Test func `a vault takes 32 slots and no more`() throws {
    let store = try make(0)
    for byte in 1..<32 { _ = try store.addSlot(try key(UInt8(byte))) }
    let oneMore = try key(32)
    let error = #expect(throws: VaultError.self) {
      _ = try store.addSlot(oneMore)
    }
    #expect(error?.code == .invalidInput)
    let opens = try open(31) != nil
    #expect(opens)
  }

  @Test func `rekey changes the key, keeps every secret, and drops slots that are not given`()
    throws
  {
    let store = try make(1)
    _ = try store.addSlot(try key(2))
    for number in 0..<5 { try store.put(try credential("h\(number)", secret: "s\(number)")) }
    let before = try readFile(path)
    try store.rekey { (add, _) throws(VaultError) in
      do { try add(try key(2)) } catch let error as VaultError { throw error } catch {
        throw VaultError(.internalFault, "\(error)")
      }
    }
    let opens = try [open(1) != nil, open(2) != nil]
    #expect(opens == [false, true])
    let commitment = 48..<80
    #expect(try readFile(path)[commitment] != before[commitment])
    let again = try open(2)
    guard let again else { throw TestFailure("the vault did not open") }
    let credential = try again.find(try RegistryURI("h3").scope)
    guard let credential else { throw TestFailure("not found") }
    #expect(credential.secret.readable == "s3")
  }

  @Test func `rekey gives way to somebody who wrote meanwhile`() throws {
    let store = try make(1)
    let error = #expect(throws: VaultError.self) {
      try store.rekey { (add, _) throws(VaultError) in
        do {
          let other = try open(1)
          try other?.put(try credential("h"))
          try add(try key(1))
        } catch { throw VaultError(.internalFault, "\(error)") }
      }
    }
    #expect(error?.code == .unavailable)
    let again = try open(1)
    guard let again else { throw TestFailure("the vault did not open") }
    #expect(try again.list().count == 1)
  }
}
