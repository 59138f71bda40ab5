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

    static func key(_ number: Int) throws -> CredentialRecord.Key {
      .registry(try RegistryURI("docker://r\(number).example.com:5000/org").scope)
    }

    static func secret(_ number: Int, in vault: borrowing OpenVault) throws -> String? {
      let credential = try vault.find(try key(number))
      guard let credential else { return nil }
      return credential.secret.readable
    }

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
      try vault.checkDigest(path: path)
      guard let key = try vault.unlock(with: try secret(), machineMemory: 1 << 30) else {
        throw VaultError(.refused, "the key does not fit")
      }
      return try OpenVault(vault, key: key, path: path)
    }

    /// Opens a file with a key from the cache, as a look-up in an unlocked vault does it.
    func openUnlocked(_ file: [UInt8], with key: borrowing VaultKey) throws -> OpenVault {
      let vault = try SealedVault(file, path: path)
      guard try vault.isOpened(by: key) else { return try open(file) }
      return try OpenVault(vault, key: try VaultKey(copying: key.bytes), path: path)
    }

    /// Where the digest is, before the index of the least length.
    static func digest(of file: [UInt8]) -> Range<Int> {
      let end = file.count - SealedVault.shortestIndex
      return (end - Hash.length)..<end
    }

    /// The file with its digest made right, as an attacker who can write it would do it.
    static func withFreshDigest(_ file: [UInt8]) throws -> [UInt8] {
      let place = digest(of: file)
      var hash = try Hash()
      hash.update(file.bytes.extracting(0..<place.lowerBound))
      var fresh = file
      fresh.replaceSubrange(place, with: hash.digest())
      return fresh
    }
  }

  @Test func `what was sealed is found again, and only with its secret`() throws {
    let fixture = try Fixture(credentials: 3)
    let vault = try fixture.open(fixture.file)
    #expect(try vault.records.map(\.username) == ["user0", "user1", "user2"])
    #expect(try Fixture.secret(1, in: vault) == "hunter2-hunter2")
    #expect(try vault.records[0] == (try Fixture.credential(0)).record)
  }

  @Test func `neither host nor user nor secret is in the file`() throws {
    let fixture = try Fixture()
    let file = String(decoding: fixture.file, as: Unicode.ASCII.self)
    for needle in ["example", "user0", "hunter2", "docker"] { #expect(!file.contains(needle)) }
  }

  @Test func `one and two credentials make files of one length`() throws {
    #expect(try Fixture(credentials: 1).file.count == Fixture(credentials: 2).file.count)
  }

  @Test(arguments: [false, true])
  func `a flipped bit anywhere is refused as damage, locked or unlocked`(
    _ isUnlocked: Bool
  ) throws {
    let fixture = try Fixture()
    let key = try fixture.open(fixture.file).copyOfKey()
    let versionField = 16..<20
    for offset in fixture.file.indices {
      for bit in 0..<8 {
        var file = fixture.file
        file[offset] ^= 1 << bit
        var code: VaultError.Code?
        do {
          if !isUnlocked { try SealedVault(file, path: Self.path).checkDigest(path: Self.path) }
          _ = try fixture.openUnlocked(file, with: key)
        } catch let error as VaultError {
          code = error.code
        }
        #expect(
          code == (versionField.contains(offset) ? .configuration : .damaged), "\(offset), \(bit)")
      }
    }
  }

  @Test func `damage before the index is found without a key`() throws {
    let fixture = try Fixture()
    for offset in 20..<Fixture.digest(of: fixture.file).upperBound {
      var file = fixture.file
      file[offset] ^= 1 << (offset % 8)
      let error = #expect(throws: VaultError.self) {
        try SealedVault(file, path: Self.path).checkDigest(path: Self.path)
      }
      #expect(error?.code == .damaged, "\(offset)")
    }
  }

  @Test func `a flipped bit under a fresh digest opens nothing`() throws {
    let fixture = try Fixture()
    let digest = Fixture.digest(of: fixture.file)
    for offset in 20..<fixture.file.count where !digest.contains(offset) {
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
    #expect(try reopened.records.map(\.username) == ["user0", "user1"])
    #expect(try Fixture.secret(0, in: reopened) == "new")
    #expect(reopened.generation == 2)
  }

  @Test(arguments: [0, 1, 251, 252, 253, 507, 508, 509, 32768])
  func `a secret of any length up to the limit comes back`(_ length: Int) throws {
    let fixture = try Fixture(credentials: 0)
    var vault = try fixture.open(fixture.file)
    let long = String(repeating: "x", count: length)
    try vault.put(try Fixture.credential(0, secret: long))
    let reopened = try fixture.open(try vault.sealNextGeneration())
    #expect(try Fixture.secret(0, in: reopened) == long)
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
    #expect(try vault.records.count == 1000)
    #expect(try Fixture.secret(567, in: vault) == "hunter2-hunter2")
  }
}
