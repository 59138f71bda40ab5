import FoundationEssentials
import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault

/// Every vector against this implementation; the manifest is shared with readers in other languages.
struct VectorTests {
  @Test func `there are enough vectors, and of enough kinds`() throws {
    let vectors = try Vector.committed()
    let scenarios = Dictionary(grouping: vectors, by: \.scenario)
    #expect(scenarios.count >= 12)
    #expect(vectors.count >= 150)
    for (name, vectors) in scenarios { #expect((1...20).contains(vectors.count), "\(name)") }
    #expect(Set(vectors.map(\.what)).count == vectors.count)
    #expect(Set(vectors.map(\.status)) == [0, 65, 75, 77, 78])
  }

  @Test func `every file among the vectors is in the manifest, and none is large`() throws {
    let vectors = try Vector.committed()
    let inside = files(below: Vector.folder).map { String($0.dropFirst(Vector.folder.count + 1)) }
    let known = vectors.map(\.file) + vectors.compactMap(\.keyFile)
    #expect(Set(inside) == Set(known + [".gitattributes", "README.md", "manifest.json"]))
    let size = try Set(vectors.map(\.file)).reduce(0) {
      $0 + (try readFile(Vector.folder + "/" + $1).count)
    }
    #expect(size < 1_600_000)
  }

  @Test func `a vector gives the outcome that the manifest names`() throws {
    for vector in try Vector.committed() { try checkOutcome(of: vector) }
  }

  private func checkOutcome(of vector: Vector) throws {
    var found: [Vector.Entry] = []
    var status: Int32 = 0
    do throws(VaultError) { found = try entries(of: vector) } catch {
      status = Self.status(error.code)
    }
    #expect(status == vector.status, "\(vector.what)")
    #expect(Self.bytes(found) == Self.bytes(vector.entries), "\(vector.what)")
  }

  @Test func `a vector that opens is written again to the same bytes`() throws {
    for vector in try Vector.committed() where vector.status == 0 { try checkBytes(of: vector) }
  }

  private func checkBytes(of vector: Vector) throws {
    guard let vault = try open(vector) else { throw TestFailure("\(vector.what): locked") }
    let parsed = try parse(vector)
    let index = parsed.openIndex(vault.key)
    #expect(try index == IndexCoding.encode(vault.entries), "\(vector.what)")
    let file = try readFile(Vector.folder + "/" + vector.file)
    #expect(
      SealedVault.magic + .number(SealedVault.version) + parsed.identifier
        + .number(parsed.generation) + parsed.keyCommitment
        == Array(file.prefix(ForgedVault.Offset.slotsLength)), "\(vector.what)")
    let slots = parsed.slots.flatMap(\.encoded)
    #expect(slots == Array(file.dropFirst(88).prefix(slots.count)), "\(vector.what)")
  }

  @Test func `the catalogue makes the committed files`() throws {
    let made = try Catalogue.scenarios()
    let vectors = try Vector.committed()
    #expect(made.flatMap(\.made).map(\.vector) == vectors)
    for file in made.flatMap(\.made) {
      let isSame = try readFile(Vector.folder + "/" + file.vector.file) == file.content
      #expect(isSame, "\(file.vector.file)")
    }
    for (path, text) in made.flatMap(\.keyFiles) {
      #expect(try readFile(Vector.folder + "/" + path) == Array(text.utf8))
    }
  }

  /// Writes the vectors anew after a change of the catalogue.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["VAULT_RECORD_VECTORS"] == "1",
      "vectors are recorded only with VAULT_RECORD_VECTORS=1"))
  func `vectors are recorded`() throws {
    let scenarios = try Catalogue.scenarios()
    for made in scenarios.flatMap(\.made) {
      try FileManager.default.createDirectory(
        atPath: Vector.folder + "/" + made.vector.scenario, withIntermediateDirectories: true)
      try writeFile(Vector.folder + "/" + made.vector.file, made.content, mode: 0o644)
    }
    for (path, text) in scenarios.flatMap(\.keyFiles) {
      try writeFile(Vector.folder + "/" + path, text, mode: 0o644)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let manifest = try encoder.encode(scenarios.flatMap(\.made).map(\.vector))
    try writeFile(Vector.manifest, Array(manifest) + [0x0a], mode: 0o644)
  }
}

// MARK: - Reading

extension VectorTests {
  private func parse(_ vector: Vector) throws(VaultError) -> SealedVault {
    try SealedVault(content(vector.file), path: vector.file)
  }

  private func content(_ name: String) throws(VaultError) -> [UInt8] {
    do { return try readFile(Vector.folder + "/" + name) } catch {
      throw VaultError(.inputOutput, "\(error)")
    }
  }

  private func open(_ vector: Vector) throws(VaultError) -> OpenVault? {
    let vault = try parse(vector)
    let secret: SlotSecret
    if let keyFile = vector.keyFile {
      secret = try SlotSecret(.keyFile(Vector.folder + "/" + keyFile)) { _ in }
    } else if let passphrase = vector.passphrase {
      secret = try SlotSecret(passphrase: try SecretBytes(copying: Array(passphrase.utf8).bytes))
    } else if let key = vector.keyringKey {
      secret = SlotSecret(
        kind: .secretService, bytes: try Base64.decode(Array(key.utf8).bytes))
    } else {
      return nil
    }
    // Enough for any slot: the outcome must not hang on the machine.
    guard let key = try vault.unlock(with: secret, machineMemory: 1 << 30) else {
      throw VaultError(.refused, "no slot fits")
    }
    return try OpenVault(vault, key: key, path: vector.file)
  }

  private func entries(of vector: Vector) throws(VaultError) -> [Vector.Entry] {
    guard let vault = try open(vector) else { throw VaultError(.unavailable, "locked") }
    var found: [Vector.Entry] = []
    for entry in vault.entries {
      found.append(Self.vectorEntry(entry.record, secret: try vault.secret(of: entry)))
    }
    return found
  }

  private static func vectorEntry(
    _ record: CredentialRecord, secret: borrowing SecretBytes
  ) -> Vector.Entry {
    var entry = Vector.Entry(
      kind: "", spellings: record.spellings, secure: record.isSecure, username: record.username,
      created: record.created, expires: record.expires, verified: record.verified,
      importedFrom: record.importedFrom, serverURL: record.serverURL,
      secretBase64: secret.bytes.withBytes { Data($0).base64EncodedString() })
    switch record.key {
    case .registry(let scope, _):
      (entry.kind, entry.host, entry.port, entry.path) =
        ("registry", scope.host, scope.port, scope.path)
    case .keyserver(let uri): (entry.kind, entry.name) = ("keyserver", uri)
    case .endpoint(let name): (entry.kind, entry.name) = ("endpoint", name)
    case .helperKey(let text, _): (entry.kind, entry.name) = ("helper-key", text)
    case .migration(let name, _): (entry.kind, entry.name) = ("migration", name)
    }
    return entry
  }

  /// Texts to the byte: Swift takes two texts for equal that differ only in Unicode normalisation.
  private static func bytes(_ entries: [Vector.Entry]) -> [UInt8] {
    entries.flatMap { Array("\($0)\n".utf8) }
  }

  private static func status(_ code: VaultError.Code) -> Int32 {
    switch code {
    case .damaged: 65
    case .unavailable: 75
    case .refused: 77
    case .configuration: 78
    default: -1
    }
  }
}

extension RawSpan {
  /// Lends a copy of the bytes, which no secret of a user's may be.
  fileprivate func withBytes<Result>(_ body: ([UInt8]) -> Result) -> Result {
    body(unsafe withUnsafeBytes { unsafe [UInt8]($0) })
  }
}
