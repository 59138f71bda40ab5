import Testing
import VaultTestSupport
@testable import SealedFormat

struct SealedVaultTests {
  private static let path = "/home/u/vault.sealed"

  /// A small vault with one credential, and the key-file secret that opens it.
  private struct Fixture {
    let slotKey: [UInt8] = Array(repeating: 0x42, count: 32)
    var file: [UInt8] = []

    init(credentials: Int = 1) throws {
      var vault = try OpenVault.make(for: try secret(), derivation: nil, machineMemory: 1 << 20)
      for number in 0..<credentials { try vault.put(try Self.credential(number)) }
      file = try vault.sealNextGeneration()
    }

    func secret() throws -> SlotSecret { try SlotSecret.keyBytes(slotKey) }

    static func credential(_ number: Int, secret: String = "hunter2-hunter2") throws -> Credential {
      let uri = try RegistryURI("docker://r\(number).example.com:5000/org")
      return Credential(
        record: CredentialRecord(
          key: .registry(uri.scope), spellings: [uri.text], isSecure: true,
          username: "user\(number)", created: 1_800_000_000, expires: 1_900_000_000,
          verified: nil, importedFrom: nil),
        secret: try SecretBytes(copying: Array(secret.utf8).bytes))
    }

    func open(_ file: [UInt8]) throws -> OpenVault {
      let vault = try SealedVault(file, path: path)
      guard let key = try vault.unlock(with: try secret(), machineMemory: 1 << 30) else {
        throw VaultError(.refused, "the key does not fit")
      }
      return try OpenVault(vault, key: key, path: path)
    }

    /// The file with another digest at its end, as somebody who can write it would make it.
    static func withFreshDigest(_ file: [UInt8]) throws -> [UInt8] {
      let content = Array(file.dropLast(Hash.length))
      var hash = try Hash()
      hash.update(content.bytes)
      return content + hash.digest()
    }
  }

  @Test func `what was sealed is found again, and only with its secret`() throws {
    let fixture = try Fixture(credentials: 3)
    let vault = try fixture.open(fixture.file)
    #expect(vault.entries.map(\.record.username) == ["user0", "user1", "user2"])
    let secret = try vault.secret(of: vault.entries[1])
    #expect(secret.readable == "hunter2-hunter2")
    #expect(vault.entries[0].record == (try Fixture.credential(0)).record)
  }

  @Test func `neither host nor user nor secret is in the file`() throws {
    let fixture = try Fixture()
    let file = String(decoding: fixture.file, as: Unicode.ASCII.self)
    for needle in ["example", "user0", "hunter2", "docker"] { #expect(!file.contains(needle)) }
  }

  @Test func `one and two credentials make files of one length`() throws {
    #expect(try Fixture(credentials: 1).file.count == Fixture(credentials: 2).file.count)
  }

  @Test func `a flipped bit anywhere is refused as damage`() throws {
    let fixture = try Fixture()
    let versionField = 16..<20
    for offset in fixture.file.indices {
      for bit in 0..<8 {
        var file = fixture.file
        file[offset] ^= 1 << bit
        let error = #expect(throws: VaultError.self) { try SealedVault(file, path: Self.path) }
        #expect(error?.code == (versionField.contains(offset) ? .configuration : .damaged))
      }
    }
  }

  @Test func `a flipped bit under a fresh digest opens nothing`() throws {
    let fixture = try Fixture()
    for offset in 20..<(fixture.file.count - Hash.length) {
      var file = fixture.file
      file[offset] ^= 1 << (offset % 8)
      let forged = try Fixture.withFreshDigest(file)
      let error = #expect(throws: VaultError.self) { _ = try fixture.open(forged) }
      #expect(error?.code == .damaged || error?.code == .refused, "offset \(offset)")
    }
  }

  @Test func `a file cut anywhere is refused`() throws {
    let fixture = try Fixture()
    for length in fixture.file.indices {
      let error = #expect(throws: VaultError.self) {
        try SealedVault(Array(fixture.file.prefix(length)), path: Self.path)
      }
      #expect(error?.code == .damaged)
    }
  }

  @Test func `a file with a byte behind its end is refused`() throws {
    let fixture = try Fixture()
    for byte in UInt8.min...UInt8.max {
      #expect(throws: VaultError.self) {
        try SealedVault(fixture.file + [byte], path: Self.path)
      }
      let forged = try Fixture.withFreshDigest(fixture.file + [byte])
      #expect(throws: VaultError.self) { try SealedVault(forged, path: Self.path) }
    }
  }

  @Test func `a slot of another vault with the same key file opens nothing`() throws {
    let fixture = try Fixture()
    let other = try Fixture()
    let slots = 88..<(88 + 4 + 8 + 104)
    var file = fixture.file
    file.replaceSubrange(slots, with: other.file[slots])
    let forged = try Fixture.withFreshDigest(file)
    let error = #expect(throws: VaultError.self) { _ = try fixture.open(forged) }
    #expect(error?.code == .refused)
  }

  @Test func `a secret put anew replaces the old one and keeps its place`() throws {
    let fixture = try Fixture(credentials: 2)
    var vault = try fixture.open(fixture.file)
    try vault.put(try Fixture.credential(0, secret: "new"))
    let reopened = try fixture.open(try vault.sealNextGeneration())
    #expect(reopened.entries.map(\.record.username) == ["user0", "user1"])
    let secret = try reopened.secret(of: reopened.entries[0])
    #expect(secret.readable == "new")
    #expect(reopened.generation == 2)
  }

  @Test(arguments: [0, 1, 251, 252, 253, 507, 508, 509, 32768])
  func `a secret of any length up to the limit comes back`(_ length: Int) throws {
    let fixture = try Fixture(credentials: 0)
    var vault = try fixture.open(fixture.file)
    let long = String(repeating: "x", count: length)
    try vault.put(try Fixture.credential(0, secret: long))
    let reopened = try fixture.open(try vault.sealNextGeneration())
    let secret = try reopened.secret(of: reopened.entries[0])
    #expect(secret.readable == long)
  }

  @Test func `a longer secret is refused`() throws {
    let fixture = try Fixture(credentials: 0)
    var vault = try fixture.open(fixture.file)
    let long = try Fixture.credential(0, secret: String(repeating: "x", count: 32769))
    let error = #expect(throws: VaultError.self) { try vault.put(long) }
    #expect(error?.code == .invalidInput)
  }

  @Test func `a thousand credentials are found again`() throws {
    let fixture = try Fixture(credentials: 1000)
    let vault = try fixture.open(fixture.file)
    #expect(vault.entries.count == 1000)
    #expect(vault.entries[999].record.username == "user999")
  }
}
