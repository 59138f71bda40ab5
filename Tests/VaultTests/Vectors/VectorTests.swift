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
    let known =
      vectors.map(\.file) + vectors.compactMap(\.keyFile) + vectors.compactMap(\.sshKey)
    #expect(Set(inside) == Set(known + [".gitattributes", "README.md", "manifest.json"]))
    let size = try Set(vectors.map(\.file)).reduce(0) {
      $0 + (try readFile(Vector.folder + "/" + $1).count)
    }
    #expect(size < 2_200_000)  // some 370 vectors of 5 to 6 KiB, and a few large ones
  }

  @Test func `the vault that the page on the format prints is one of the vectors`() throws {
    let page = String(decoding: try readFile(PackageFolder.path + "/docs/format.md"), as: UTF8.self)
    let digits = page.split(separator: "\n").filter { line in
      line.utf8.allSatisfy { $0.isDigit || (0x61...0x66).contains($0) }
    }
    let printed = try #require([UInt8](hexadecimal: digits.joined()))
    #expect(try printed == readFile(Vector.folder + "/page/tiny.sealed"))
  }

  @Test func `a vector gives the outcome that the manifest names`() throws {
    for vector in try Vector.committed() { try checkOutcome(of: vector) }
  }

  private func checkOutcome(of vector: Vector) throws {
    var found = Found()
    var status: Int32 = 0
    do throws(VaultError) { found = try read(vector) } catch {
      status = Self.status(error.code)
    }
    #expect(status == vector.status, "\(vector.what)")
    #expect(Self.bytes(found.entries) == Self.bytes(vector.entries), "\(vector.what)")
    #expect(Self.bytes(found.removed) == Self.bytes(vector.removed), "\(vector.what)")
    #expect(found.unknown == vector.unknown, "\(vector.what)")
  }

  @Test func `a vector that opens is written again to the same bytes`() throws {
    for vector in try Vector.committed() where vector.status == 0 { try checkBytes(of: vector) }
  }

  private func checkBytes(of vector: Vector) throws {
    guard let vault = try open(vector) else { throw TestFailure("\(vector.what): locked") }
    let parsed = try parse(vector)
    let plain = parsed.openIndex(vault.key)
    #expect(try plain == vault.index.encoded(), "\(vector.what)")
    var again = VaultIndex()
    again.attributes = vault.index.attributes
    for record in vault.index.records {
      guard let stored = try StoredCredential(record) else { continue }
      let written = try stored.encoded(
        identifier: Array(record.identifier), secret: record.secret)
      try again.put(written, for: RecordKey(stored.record.key))
    }
    if vector.removed.isEmpty, vector.unknown == 0 {
      #expect(try again.encoded() == plain, "\(vector.what)")
    }
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
    try vault.checkDigest(path: vector.file)
    if let name = vector.sshKey { return try open(vault, by: name, path: vector.file) }
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

  private func open(
    _ vault: SealedVault, by name: String, path: String
  ) throws(VaultError) -> OpenVault {
    for key in VectorSSHKey.all where key.file == name {
      for slot in vault.sshAgentSlots where try vault.isCandidate(key.blob, for: slot) {
        let signature = key.sign(vault.messageToSign(for: slot))
        let secret = try SlotSecret(
          sshSignature: signature.bytes, paddedTo: key.signatureLength)
        guard let key = try vault.unlock(with: secret, machineMemory: 0) else { continue }
        return try OpenVault(vault, key: key, path: path)
      }
    }
    throw VaultError(.refused, "no slot fits")
  }

  /// What is in a vector.
  private struct Found {
    var entries: [Vector.Entry] = []
    var removed: [Vector.Removal] = []
    var unknown = 0
  }

  /// Opens a vector and every secret in it.
  private func read(_ vector: Vector) throws(VaultError) -> Found {
    guard let vault = try open(vector) else { throw VaultError(.unavailable, "locked") }
    _ = try vault.contents
    var found = Found()
    for record in vault.index.records {
      if let time = try record.tombstoneTime() {
        found.removed.append(try removal(record, time))
      } else if !record.isKnown {
        found.unknown += 1
      } else if let stored = try StoredCredential(record) {
        found.entries.append(
          Self.vectorEntry(stored.record, secret: try vault.secret(of: record)))
      } else {
        throw VaultError(.configuration, "a critical attribute")
      }
    }
    return found
  }

  private func removal(_ record: IndexRecord, _ time: Int64) throws(VaultError) -> Vector.Removal {
    guard let key = try record.key() else { throw VaultError(.internalFault, "no key") }
    let isRegistry = key.removedKind == RecordKey.Kind.registry
    let name = try String(utf8: key.name)
    return Vector.Removal(
      kind: ["", "registry", "keyserver", "endpoint", "helper-key"][Int(key.removedKind)],
      host: isRegistry ? name : nil, port: key.port == 0 ? nil : key.port,
      path: isRegistry ? try String(utf8: key.path) : nil, name: isRegistry ? nil : name,
      account: key.account.isEmpty ? nil : try String(utf8: key.account), time: time)
  }

  private static func vectorEntry(
    _ record: CredentialRecord, secret: borrowing SecretBytes
  ) -> Vector.Entry {
    let account = record.key.account.name
    var entry = Vector.Entry(
      kind: "", account: account.isEmpty ? nil : account, spellings: record.spellings,
      transport: Vector.transports[Int(record.transport.rawValue)], username: record.username,
      created: record.created, caFile: record.caFile, clientCertificate: record.clientCertificate,
      clientKey: record.clientKey, note: record.note, changed: record.changed,
      expires: record.expires, verified: record.verified, importedFrom: record.importedFrom,
      serverURL: record.serverURL,
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
  private static func bytes(_ entries: [some Any]) -> [UInt8] {
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
