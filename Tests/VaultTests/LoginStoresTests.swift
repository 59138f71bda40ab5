import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault

struct LoginStoresTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in [".config", ".config/vault"] { try makeFolder(folder.path(name)) }
  }

  /// A store that keeps the logins to some hosts, and counts how often it is asked.
  private final class FakeStore: LoginStore {
    let name = "fake"
    let place: String
    let isPlaintext: Bool
    private let hosts: [String]
    private let fault: VaultError?
    private(set) var asked = 0

    init(_ place: String, _ hosts: [String], isPlaintext: Bool = false, fault: VaultError? = nil) {
      self.place = place
      self.hosts = hosts
      self.isPlaintext = isPlaintext
      self.fault = fault
    }

    func list() throws(VaultError) -> [CredentialRecord] { [] }

    func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
      asked += 1
      if let fault { throw fault }
      guard case .serving(let scope) = query, hosts.contains(scope.host) else { return nil }
      return Credential(
        record: CredentialRecord(
          key: .registry(scope), spellings: [], isSecure: true, username: place, created: 0),
        secret: try SecretBytes(copying: Array("s".utf8).bytes))
    }

    func put(_ credential: borrowing Credential) throws(VaultError) {}
    func remove(_ key: CredentialRecord.Key) throws(VaultError) -> Bool { false }
  }

  private final class Warnings: @unchecked Sendable {
    var all: [String] = []
  }

  private func username(_ host: String, in stores: LoginStores) throws -> String? {
    let credential = try stores.find(.serving(try RegistryURI(host).scope))
    guard let credential else { return nil }
    return credential.record.username
  }

  @Test func `the first store that has a login gives it, and the later ones are not asked`() throws
  {
    let (first, second) = (FakeStore("first", ["a"]), FakeStore("second", ["a", "b"]))
    let stores = LoginStores([first, second], warn: { Issue.record("warned: \($0)") })
    #expect(try username("a", in: stores) == "first")
    #expect(second.asked == 0)
    #expect(try username("b", in: stores) == "second")
    #expect(try username("c", in: stores) == nil)
  }

  @Test func `a login that is found in a plaintext store is used with a warning`() throws {
    let warnings = Warnings()
    let plain = FakeStore("/home/plain", ["a"], isPlaintext: true)
    let stores = LoginStores([FakeStore("first", ["b"]), plain], warn: { warnings.all.append($0) })
    #expect(try username("b", in: stores) == "first")
    #expect(warnings.all.isEmpty)
    #expect(try username("a", in: stores) == "/home/plain")
    #expect(warnings.all.count == 1)
    #expect(warnings.all.first?.contains("/home/plain") == true)
  }

  @Test func `a store that cannot answer ends the look-up instead of being passed over`() throws {
    let locked = FakeStore("locked", [], fault: VaultError(.unavailable, "locked"))
    let later = FakeStore("later", ["a"])
    let stores = LoginStores([locked, later], warn: { _ in })
    let error = #expect(throws: VaultError.self) { try username("a", in: stores) }
    #expect(error?.code == .unavailable)
    #expect(later.asked == 0)
  }

  private func access(_ settings: String = "") throws -> VaultAccess {
    try writeFile(folder.path(".config/vault/config"), settings)
    return try VaultAccess(
      environment: Environment(["HOME": folder.path], workingFolder: folder.path))
  }

  private func make() throws -> VaultStore {
    try access().make(with: try SlotSecret.keyBytes(Array(repeating: 1, count: 32)))
  }

  @Test func `beside a vault the keyring is asked only if the settings name it`() throws {
    let vault = try make()
    #expect(try access().stores(vault).map(\.name) == ["sealed"])
    #expect(try access("store = sealed\n").stores(vault).map(\.name) == ["sealed"])
    #expect(
      try access("store = secret-service\n").stores(vault).map(\.name)
        == ["sealed", "secret-service"])
    #expect(try access().stores(nil).map(\.name) == ["secret-service"])
  }

  @Test func `a keyring that does not exist is empty unless the settings name it`() throws {
    for store in try access().stores(nil) {
      #expect(try store.list().isEmpty)
      #expect(try store.find(.address("registry.example.com")) == nil)
      #expect(try !store.remove(try RegistryURI("registry.example.com").scope))
    }
    for store in try access("store = secret-service\n").stores(nil) {
      let error = #expect(throws: VaultError.self) { _ = try store.list() }
      #expect(error?.code == .unreachable)
    }
  }

  @Test func `a vault finds a login by server, by address and as it was listed`() throws {
    let vault = try make()
    for key in [
      CredentialRecord.Key.registry(try RegistryURI("r.example/team").scope),
      .helperKey("opaque:1"), .keyserver("https://keys.example"), .endpoint("cloud"),
    ] {
      try vault.put(
        Credential(
          record: CredentialRecord(
            key: key, spellings: ["x"], isSecure: true, username: "u", created: 1),
          secret: try SecretBytes(copying: Array("s".utf8).bytes)))
    }
    func isFound(_ query: LoginQuery) throws -> Bool { try vault.find(query) != nil }
    #expect(try isFound(.server("https://r.example/team")))
    #expect(try isFound(.server("opaque:1")))
    #expect(try !isFound(.server("https://keys.example")))
    #expect(try isFound(.address("https://keys.example")))
    #expect(try isFound(.address("cloud")))
    #expect(try isFound(.endpointToken("cloud")))
    #expect(try !isFound(.endpointToken("r.example")))
    #expect(try isFound(.serving(try RegistryURI("r.example/team/app").scope)))
    #expect(try !isFound(.serving(try RegistryURI("r.example/other").scope)))
    for record in try vault.list() { #expect(try isFound(.listed(record))) }
  }

  @Test
  func `the keyring may be asked if a bus is named, and the settings name it or no vault is there`()
    throws
  {
    let bus = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"]
    func mayAsk(_ variables: [String: String]) throws -> Bool {
      let values = variables.merging(["HOME": folder.path]) { given, _ in given }
      return try VaultAccess(environment: Environment(values, workingFolder: "/")).mayAskKeyring
    }
    #expect(try mayAsk(bus))
    #expect(try !mayAsk([:]))
    let access = try VaultAccess(
      environment: Environment(["HOME": folder.path], workingFolder: "/"))
    _ = try access.make(with: try SlotSecret(makingKeyFile: folder.path("key")))
    #expect(try !mayAsk(bus))
    try SettingsFile.set(.store, to: "secret-service", path: folder.path(".config/vault/config"))
    #expect(try mayAsk(bus))
  }
}
