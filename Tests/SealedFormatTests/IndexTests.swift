import Testing
import VaultTestSupport

@testable import SealedFormat

/// What the index keeps beyond logins, and how it is searched.
struct IndexTests {
  private static let day: Int64 = 24 * 60 * 60

  private func vault() throws -> OpenVault {
    try OpenVault.make(
      for: try SlotSecret.keyBytes([UInt8](repeating: 1, count: 32)), derivation: nil,
      machineMemory: 1 << 20)
  }

  private func credential(
    _ address: String, account: String = "", _ change: (inout CredentialRecord) -> Void = { _ in }
  ) throws -> Credential {
    let uri = try RegistryURI(address)
    var record = CredentialRecord(
      key: .registry(uri.scope, account: try Account(account)), spellings: [uri.text],
      isSecure: true, username: "u-\(account)", created: 1)
    change(&record)
    return Credential(record: record, secret: try SecretBytes(copying: Array("s".utf8).bytes))
  }

  private func username(
    _ address: String, account: String = "", in vault: borrowing OpenVault
  ) throws -> String? {
    let credential = try vault.find(
      closestTo: try RegistryURI(address).scope, account: try Account(account))
    guard let credential else { return nil }
    return credential.record.username
  }

  private func tombstones(_ vault: borrowing OpenVault) throws -> [Int64] {
    var times: [Int64] = []
    for record in vault.index.records {
      if let time = try record.tombstoneTime() { times.append(time) }
    }
    return times
  }

  private func reopened(_ vault: inout OpenVault, now: Int64 = 0) throws -> OpenVault {
    let file = try vault.sealNextGeneration(now: now)
    return try OpenVault(
      try SealedVault(file, path: "v"), key: try vault.copyOfKey(), path: "v")
  }

  @Test func `each account of a registry is a login of its own`() throws {
    var vault = try vault()
    for account in ["", "work", "a.b_c-1"] {
      try vault.put(try credential("h/org", account: account))
    }
    let again = try reopened(&vault)
    #expect(try username("h/org/app", in: again) == "u-")
    #expect(try username("h/org/app", account: "work", in: again) == "u-work")
    #expect(try username("h/org/app", account: "none", in: again) == nil)
    #expect(try again.records.count == 3)
  }

  @Test(arguments: ["A", "a b", "é", "a/b", String(repeating: "a", count: 65)])
  func `an account with another character, or too long, is refused`(_ name: String) {
    #expect(throws: VaultError.self) { try Account(name) }
  }

  @Test func `a removed login is remembered for 90 days, and no longer`() throws {
    var vault = try vault()
    try vault.put(try credential("h"))
    let isRemoved = try vault.remove(.registry(try RegistryURI("h").scope), now: 1000)
    #expect(isRemoved)
    var after = try reopened(&vault, now: 1000 + 90 * Self.day)
    #expect(try tombstones(after) == [1000])
    #expect(try after.records.isEmpty)
    #expect(try after.contents.unknownCount == 0)
    let later = try reopened(&after, now: 1001 + 90 * Self.day)
    #expect(try tombstones(later) == [])
  }

  @Test func `a login that is there again is no longer remembered as removed`() throws {
    var vault = try vault()
    for account in ["", "work"] {
      try vault.put(try credential("h", account: account))
      _ = try vault.remove(
        .registry(try RegistryURI("h").scope, account: try Account(account)), now: 7)
    }
    try vault.put(try credential("h"))
    #expect(try tombstones(vault) == [7])
    #expect(try vault.records.map(\.username) == ["u-"])
  }

  @Test func `removing what undoes a migration leaves nothing`() throws {
    var vault = try vault()
    let key = CredentialRecord.Key.migration("1/f/0/0")
    try vault.put(
      Credential(
        record: CredentialRecord(
          key: key, spellings: [], isSecure: true, username: "", created: 1),
        secret: try SecretBytes(copying: [1].bytes)))
    let isRemoved = try vault.remove(key)
    #expect(isRemoved)
    #expect(try tombstones(vault) == [])
  }

  @Test func `every attribute comes back, and those of the secret go with it`() throws {
    var vault = try vault()
    let full = try credential("h") {
      $0.transport = .plainHTTP
      $0.caFile = "/ca"
      $0.clientCertificate = "/cert"
      $0.clientKey = "/key"
      $0.note = "for the build"
      $0.changed = 5
      $0.expires = 6
      $0.verified = 7
      $0.importedFrom = "/file"
    }
    try vault.put(full)
    var again = try reopened(&vault)
    #expect(try again.records == [full.record])
    try again.put(try credential("h"))
    let record = try #require(try again.records.first)
    #expect(record.caFile == "/ca" && record.note == "for the build" && record.changed == 5)
    #expect(record.clientCertificate == "/cert" && record.clientKey == "/key")
    #expect(record.expires == nil && record.verified == nil && record.importedFrom == nil)
    #expect(record.transport == .checkedTLS)
  }

  @Test func `a state names the one before it, and dates its slots`() throws {
    var vault = try vault()
    let first = try reopened(&vault)
    #expect(first.index.attributes.parent == nil)
    let slot = first.slots[0]
    #expect(first.note(on: slot).created > 1_700_000_000)
    var second = try reopened(&vault)
    #expect(second.index.attributes.parent == first.state)
    let other = try second.makeSlot(
      for: try SlotSecret.keyBytes([UInt8](repeating: 2, count: 32)), derivation: nil,
      machineMemory: 1 << 20)
    try second.add(other, now: 5)
    try second.removeSlot(named: slot.name)
    let third = try reopened(&second)
    #expect(third.index.attributes.slots == [other.identifier: SlotNote(created: 5)])
  }

  @Test func `hostile lengths in an index are refused at once`() throws {
    let plain = [UInt8](repeating: 0xff, count: 8 * 1024 * 1024)
    for length in [0, 4, 5, 100] {
      var hostile = plain
      hostile.replaceSubrange(0..<length, with: [UInt8](repeating: 0, count: length))
      let start = SteadyClock.now
      let error = #expect(throws: VaultError.self) {
        try VaultIndex(hostile, secrets: [UInt8](repeating: 0, count: 1024)[...])
      }
      #expect(error?.code == .damaged)
      #expect(SteadyClock.now - start < .milliseconds(10))
    }
  }

  @Test func `hostile lengths of attributes are refused at once`() throws {
    for bytes in [[5, 0, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [1, 0, 1, 0]] as [[UInt8]] {
      let long = bytes + [UInt8](repeating: 0, count: 60_000)
      let start = SteadyClock.now
      #expect(throws: VaultError.self) { try Attributes(long[...]) }
      #expect(SteadyClock.now - start < .milliseconds(10))
    }
  }
}
