import Testing
import VaultTestSupport
@testable import Vault

struct SealedStoreTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("data/vault.sealed") }

  init() throws { folder = try TemporaryFolder() }

  private func key(_ byte: UInt8 = 1) throws -> SlotSecret {
    try SlotSecret.keyBytes(Array(repeating: byte, count: 32))
  }

  private func make() throws -> SealedStore { try SealedStore.make(path: path, with: try key()) }

  private func open(_ byte: UInt8 = 1) throws -> SealedStore? {
    guard let vault = try SealedStore.sealedVault(at: path) else { return nil }
    return try SealedStore.open(vault, path: path, with: try key(byte))
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

  private func username(_ address: String, in store: borrowing SealedStore) throws -> String? {
    let credential = try store.find(try RegistryURI(address).scope)
    guard let credential else { return nil }
    return credential.record.username
  }

  @Test func `what one command stores the next one finds`() throws {
    var store = try make()
    try store.put(try credential("docker://h", "alice", secret: "hunter2"))
    let again = try open()
    guard let again else { throw TestFailure("the vault did not open") }
    let credential = try again.find(try RegistryURI("https://H:443/v2/").scope)
    guard let credential else { throw TestFailure("not found") }
    #expect(credential.record.username == "alice")
    #expect(credential.secret.text == "hunter2")
  }

  @Test func `another key opens nothing`() throws {
    _ = try make()
    let opens = try open(2) != nil
    #expect(!opens)
  }

  @Test func `the longest prefix is found, never a sibling's`() throws {
    var store = try make()
    for (address, name) in [("h/a", "a"), ("h", "all"), ("h/a/b", "ab"), ("h:5000", "port")] {
      try store.put(try credential(address, name))
    }
    let found = try ["h/a/b/c", "h/a/bc", "h/a", "h/ab", "h", "h:5000/a", "g/a", "h:81/a"].map {
      try username($0, in: store)
    }
    #expect(found == ["ab", "a", "a", "all", "all", "port", nil, nil])
  }

  @Test func `docker and oras of one host are one credential with two spellings`() throws {
    var store = try make()
    try store.put(try credential("docker://h", "first"))
    try store.put(try credential("oras://h", "second"))
    let records = store.list()
    #expect(records.map(\.username) == ["second"])
    #expect(records.first?.spellings == ["docker://h", "oras://h"])
  }

  @Test func `removing one leaves the others, and removing nothing writes nothing`() throws {
    var store = try make()
    try store.put(try credential("h1"))
    try store.put(try credential("h2"))
    let removed = try store.remove(try RegistryURI("h1").scope)
    #expect(removed)
    #expect(store.list().flatMap(\.spellings) == ["docker://h2"])
    let before = try readFile(path)
    let removedAgain = try store.remove(try RegistryURI("h1").scope)
    #expect(!removedAgain)
    #expect(try readFile(path) == before)
  }

  @Test func `two open stores lose nothing of each other`() throws {
    var one = try make()
    let second = try open()
    guard var other = second else { throw TestFailure("the vault did not open") }
    try one.put(try credential("h1"))
    try other.put(try credential("h2"))
    try one.put(try credential("h3"))
    #expect(one.list().count == 3)
  }

  @Test func `a second making with the same key opens the first vault`() throws {
    var store = try make()
    try store.put(try credential("h"))
    let again = try make()
    #expect(again.list().count == 1)
  }

  @Test func `a second making with another key is refused and changes nothing`() throws {
    _ = try make()
    let before = try readFile(path)
    let other = try key(2)
    let error = #expect(throws: VaultError.self) {
      _ = try SealedStore.make(path: path, with: other)
    }
    #expect(error?.code == .refused)
    #expect(try readFile(path) == before)
  }

  @Test func `a vault that is gone under an open store is not made anew`() throws {
    var store = try make()
    try removeFile(path)
    let fresh = try credential("h")
    let error = #expect(throws: VaultError.self) { try store.put(fresh) }
    #expect(error?.code == .rolledBack)
    let isThere = try SealedStore.sealedVault(at: path) != nil
    #expect(!isThere)
  }

  @Test func `a vault replaced by one with another key takes no credential`() throws {
    var store = try make()
    try removeFile(path)
    _ = try SealedStore.make(path: path, with: try key(2))
    let fresh = try credential("h")
    let error = #expect(throws: VaultError.self) { try store.put(fresh) }
    #expect(error?.code == .rolledBack)
  }
}
