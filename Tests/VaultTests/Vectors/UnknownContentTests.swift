import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault

/// What only a later version knows comes through every way of writing.
struct UnknownContentTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("vault.sealed") }

  init() throws {
    folder = try TemporaryFolder()
    var vault = try ForgedVault("unknown content", keyFile: Scenario.standardKey)
    vault.slots.append(
      ForgedSlot(.unknown(type: 77, body: [1, 2, 3]), identifier: [UInt8](repeating: 9, count: 8)))
    vault.attributes = [(3, [1, 2, 3])]
    vault.entries[0].attributes = [(7, [1]), (0x4007, [2])]
    var critical = ForgedEntry.registry("critical.example.com")
    critical.add(0x8001, [1])
    vault.entries += [
      critical, .unknown(7, [5, 6, 7]),
      .unknown(200, [8], secret: Array("a secret of later".utf8)),
    ]
    try writeFile(path, try vault.sealed())
  }

  private func open(_ byte: UInt8? = nil) throws -> VaultStore {
    let access = try VaultAccess(
      path: path, environment: Environment(["HOME": folder.path], workingFolder: "/"))
    let key = byte.map { [UInt8](repeating: $0, count: 32) } ?? Scenario.standardKey
    guard let sealed = try access.read(),
      let store = try access.open(sealed, with: try SlotSecret.keyBytes(key))
    else { throw TestFailure("the vault did not open") }
    return store
  }

  /// The unknown records with their secrets, and the tags of the login.
  private func unknown(_ byte: UInt8? = nil) throws -> [String] {
    let bytes = try readFile(path)
    let sealed = try SealedVault(bytes, path: path)
    let key = byte.map { [UInt8](repeating: $0, count: 32) } ?? Scenario.standardKey
    guard
      let vaultKey = try sealed.unlock(with: try SlotSecret.keyBytes(key), machineMemory: 1 << 30)
    else { throw TestFailure("the vault did not open") }
    let vault = try OpenVault(sealed, key: vaultKey, path: path)
    var found = [
      "vault \(try vault.index.attributes.encoded().hexadecimal.contains("03000300010203"))"
    ]
    found += sealed.slots.map(\.kindName).filter { $0.hasPrefix("unknown") }
    for record in vault.index.records {
      let isKnown = record.isKnown && record.kind != RecordKey.Kind.tombstone
      let stored = try StoredCredential(record)
      let hasCritical = isKnown && stored == nil
      if !record.isKnown { found.append("\(record.kind): \(record.content.hexadecimal)") }
      if hasCritical { found.append("critical") }
      if record.kind == 1, !hasCritical {
        let hex = record.content.hexadecimal
        found.append("tags \(hex.contains("0700010001")) \(hex.contains("0740010002"))")
      }
      if !record.isKnown, !record.secret.isEmpty {
        found.append(try vault.secret(of: record).readable)
      }
    }
    return found
  }

  private static let all = [
    "vault true", "unknown-77", "critical", "tags true true", "7: 050607", "200: 08",
    "a secret of later",
  ]

  private func credential(_ address: String) throws -> Credential {
    let uri = try RegistryURI(address)
    return Credential(
      record: CredentialRecord(
        key: .registry(uri.scope), spellings: [uri.text], isSecure: true, username: "u",
        created: 1),
      secret: try SecretBytes(copying: [1].bytes))
  }

  @Test func `logging in and out elsewhere keeps it`() throws {
    let store = try open()
    try store.put(try credential("zzz.example.com"))
    let isRemoved = try store.remove(try RegistryURI("zzz.example.com").scope)
    #expect(isRemoved)
    #expect(try unknown() == Self.all)
    #expect(try store.contents().unknownCount == 3)
  }

  @Test func `noting what a registry said keeps it`() throws {
    let store = try open()
    let key = CredentialRecord.Key.registry(try RegistryURI("registry.example.com").scope)
    try store.note([key: (verified: 5, expires: 6)])
    #expect(try store.list().first?.verified == 5)
    #expect(try unknown() == Self.all)
  }

  @Test func `a new secret keeps it but for what was said of the old one`() throws {
    let store = try open()
    try store.put(try credential("registry.example.com"))
    #expect(try unknown() == Self.all.map { $0 == "tags true true" ? "tags true false" : $0 })
  }

  @Test func `keeping a login under another key keeps it`() throws {
    let store = try open()
    let key = CredentialRecord.Key.registry(try RegistryURI("registry.example.com").scope)
    let other = CredentialRecord.Key.registry(try RegistryURI("other.example.com").scope)
    try store.change { (vault) throws(VaultError) in try vault.rename(key, to: other) }
    #expect(try unknown() == Self.all)
  }

  @Test func `changing slots keeps it`() throws {
    let store = try open()
    let slot = try store.addSlot(try SlotSecret.keyBytes([UInt8](repeating: 2, count: 32)))
    let third = try store.replaceSlot(
      named: slot.name, with: try SlotSecret.keyBytes([UInt8](repeating: 3, count: 32)))
    #expect(try unknown(3) == Self.all)
    try store.removeSlot(named: third.name)
    #expect(try unknown() == Self.all)
  }

  @Test func `a new vault key keeps it but for slots, and seals its secrets anew`() throws {
    let store = try open()
    try store.rekey { (add, _) throws(VaultError) in
      let key: SlotSecret
      do { key = try SlotSecret.keyBytes([UInt8](repeating: 4, count: 32)) } catch {
        throw VaultError(.internalFault, "\(error)")
      }
      try add(key)
    }
    #expect(try unknown(4) == Self.all.filter { $0 != "unknown-77" })
  }

  @Test func `a login with a critical attribute is neither given out nor changed`() throws {
    let store = try open()
    let scope = try RegistryURI("critical.example.com").scope
    let found = #expect(throws: VaultError.self) { _ = try store.find(scope) }
    #expect(found?.code == .configuration)
    let fresh = try credential("critical.example.com")
    let put = #expect(throws: VaultError.self) { try store.put(fresh) }
    #expect(put?.code == .configuration)
    #expect(try unknown() == Self.all)
    let isRemoved = try store.remove(scope)
    #expect(isRemoved)
  }
}
