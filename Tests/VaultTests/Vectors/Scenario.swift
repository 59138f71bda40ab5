import FoundationEssentials

@testable import SealedFormat
@testable import Vault

/// A class of vectors in the making.
struct Scenario {
  /// A vector and the bytes of its file.
  struct Made {
    let vector: Vector
    let content: [UInt8]
  }

  /// What is used to open a file.
  enum Opening {
    /// The key file that most vectors have a slot for.
    case standardKeyFile
    /// Another key file, which is no vault's.
    case strangeKeyFile
    /// A text that stands beside the vector, in a file of that name.
    case keyFile(String, text: String)
    case passphrase(String)
    /// The key that the desktop keyring holds for a slot.
    case keyring([UInt8])
    case ssh(VectorSSHKey)
    case nothing
  }

  let name: String
  private(set) var made: [Made] = []
  /// Key files by path.
  private(set) var keyFiles: [String: String] = [:]

  init(_ name: String) { self.name = name }

  /// Adds a vector: a good vault with one login, changed.
  ///
  /// - Parameters:
  ///   - name: The name of its file; a file may be tried in several ways, with several lines.
  ///   - what: What the file is, in a line.
  ///   - status: What must come of it.
  ///   - opening: What is used to open it.
  ///   - change: Makes it what it is.
  /// - Throws: What the change throws, and what libsodium refuses.
  mutating func add(
    _ name: String, _ what: String, _ status: Int32, _ opening: Opening = .standardKeyFile,
    _ change: (inout ForgedVault) throws -> Void = { _ in }
  ) throws {
    let file = "\(self.name)/\(name).sealed"
    var vault = try ForgedVault(file, keyFile: Self.standardKey)
    try change(&vault)
    var passphrase: String?
    if case .passphrase(let text) = opening { passphrase = text }
    var keyringKey: String?
    if case .keyring(let key) = opening { keyringKey = Data(key).base64EncodedString() }
    var sshKey: String?
    if case .ssh(let key) = opening { sshKey = key.file }
    made.append(
      Made(
        vector: Vector(
          file: file, keyFile: try keyFile(opening), passphrase: passphrase,
          keyringKey: keyringKey, sshKey: sshKey,
          status: status, what: what,
          entries: status == 0 ? vault.ordered.compactMap(\.vectorEntry) : [],
          removed: status == 0 ? vault.ordered.compactMap(\.vectorRemoval) : [],
          unknown: status == 0 ? vault.ordered.count { $0.kind > 6 } : 0),
        content: try vault.sealed()))
  }

  static let standardKey = [UInt8](0x40..<0x60)
  private static let strangeKey = [UInt8](0xa0..<0xc0)

  /// The line of a key file, without a line end.
  static func line(_ key: [UInt8]) throws -> String {
    let checksum = try SeededBytes.hash(Array("vault 1 key file".utf8) + key).prefix(4)
    return "vault-key-1:" + key.hexadecimal + checksum.hexadecimal
  }

  private mutating func keyFile(_ opening: Opening) throws -> String? {
    let path: String
    switch opening {
    case .standardKeyFile:
      path = "standard.key"
      keyFiles[path] = try Self.line(Self.standardKey) + "\n"
    case .strangeKeyFile:
      path = "strange.key"
      keyFiles[path] = try Self.line(Self.strangeKey) + "\n"
    case .keyFile(let name, let text):
      path = "\(self.name)/\(name).key"
      keyFiles[path] = text
    case .passphrase, .keyring, .ssh, .nothing:
      return nil
    }
    return path
  }
}

extension ForgedEntry {
  private static let kinds = ["", "registry", "keyserver", "endpoint", "helper-key", "migration"]

  /// What a reader must find; nil for what is no login.
  fileprivate var vectorEntry: Vector.Entry? {
    guard let secret, Int(kind) < Self.kinds.count else { return nil }
    let isRegistry = kind == 1
    func text(_ tag: UInt16) -> String? {
      attributes.first { $0.tag == tag }.map { String(decoding: $0.value, as: UTF8.self) }
    }
    func time(_ tag: UInt16) -> Int64? {
      attributes.first { $0.tag == tag }
        .map { $0.value.reversed().reduce(0) { $0 << 8 | Int64($1) } }
    }
    let transport = attributes.first { $0.tag == 1 }?.value.first ?? 0
    return Vector.Entry(
      kind: Self.kinds[Int(kind)], host: isRegistry ? name : nil,
      port: isRegistry && port != 0 ? port : nil, path: isRegistry ? path : nil,
      name: isRegistry ? nil : name, account: account.isEmpty ? nil : account,
      spellings: spellings, transport: Vector.transports[Int(transport)], username: username,
      created: Int64(created), caFile: text(2), clientCertificate: text(3), clientKey: text(4),
      note: text(5), changed: time(6), expires: time(0x4001), verified: time(0x4002),
      importedFrom: text(0x4003), serverURL: serverURL.isEmpty ? nil : serverURL,
      secretBase64: Data(secret).base64EncodedString())
  }

  /// What a reader that looks at removals must find; nil for what is none.
  fileprivate var vectorRemoval: Vector.Removal? {
    guard kind == 6 else { return nil }
    let isRegistry = removedKind == 1
    return Vector.Removal(
      kind: Self.kinds[Int(removedKind)], host: isRegistry ? name : nil,
      port: isRegistry && port != 0 ? port : nil, path: isRegistry ? path : nil,
      name: isRegistry ? nil : name, account: account.isEmpty ? nil : account,
      time: Int64(created))
  }
}
