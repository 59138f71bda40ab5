@testable import SealedFormat
@testable import Vault

/// A slot built byte by byte from the page on the format, so that any part of it can be wrong.
struct ForgedSlot {
  /// What opens it.
  enum Opener {
    case keyFile([UInt8])
    /// A key that the desktop keyring holds.
    case keyring([UInt8])
    /// A signature of an SSH key, named by its own tag.
    case ssh(VectorSSHKey)
    case passphrase(String, passes: UInt32, memory: UInt32)
    /// A passphrase slot that nobody opens: it may claim any cost.
    case costly(passes: UInt32, memory: UInt32)
    case unknown(type: UInt16, body: [UInt8])
  }

  /// The vault that a slot is tied to.
  struct Home {
    var identifier: [UInt8]
    var key: [UInt8]
    var keyCommitment: [UInt8]
  }

  var opener: Opener
  /// Random where nothing else is said.
  var identifier: [UInt8]?
  /// Another vault that it is tied to, and to whose key it leads.
  var home: Home?
  /// Another key that it leads to.
  var wraps: [UInt8]?
  var commitmentLabel = "vault 1 slot commitment"
  var wrapLabel = "vault 1 slot wrap"
  /// What is changed in the associated data of the wrapped key, and there alone.
  var editAssociated: Edit = { _ in }
  /// What is changed in the finished slot.
  var edit: Edit = { _ in }

  init(_ opener: Opener, identifier: [UInt8]? = nil, edit: @escaping Edit = { _ in }) {
    self.opener = opener
    self.identifier = identifier
    self.edit = edit
  }

  static func passphrase(_ text: String) -> ForgedSlot {
    ForgedSlot(.passphrase(text, passes: 2, memory: 19456))
  }

  /// The slot as it stands in the file.
  func encoded(in vault: Home, _ random: inout SeededBytes) throws -> [UInt8] {
    let identifier = try self.identifier ?? random.next(8)
    let home = home ?? vault
    let salt = try random.next(16)
    let type: UInt16
    var parameters: [UInt8] = []
    var bodyLength = 104
    switch opener {
    case .keyFile:
      type = 2
    case .keyring:
      type = 3
    case .ssh(let key):
      type = 4
      parameters = Array(
        try SeededBytes.hash(
          Array("vault 1 ssh key".utf8) + home.identifier + identifier + key.blob
        ).prefix(2))
      bodyLength += parameters.count
    case .passphrase(_, let passes, let memory), .costly(let passes, let memory):
      type = 1
      parameters = .number(passes) + .number(memory) + salt
      bodyLength += parameters.count
    case .unknown(let unknown, let body):
      type = unknown
      parameters = body
      bodyLength = body.count
    }
    let head = .number(type) + .number(UInt16(bodyLength)) + identifier + parameters
    var bytes = head
    if let key = try slotKey(salt: salt, head: head, home: home, &random) {
      bytes += try wrapping(key, head: head, home: home, &random)
    }
    edit(&bytes)
    return bytes
  }

  private func slotKey(
    salt: [UInt8], head: [UInt8], home: Home, _ random: inout SeededBytes
  ) throws -> [UInt8]? {
    switch opener {
    case .ssh(let key):
      return try SeededBytes.hash(
        Array("vault 1 ssh slot".utf8) + key.sign(Self.signed(Self.associated(head, home))))
    case .keyFile(let key), .keyring(let key): return key
    case .costly: return try random.next(32)
    case .unknown: return nil
    case .passphrase(let text, let passes, let memory):
      let utf8 = Array(text.utf8)
      let key = try PassphraseDerivation(passes: passes, memory: memory).key(
        from: try SecretBytes(copying: utf8.bytes), salt: salt)
      return unsafe key.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
  }

  private static func associated(_ head: [UInt8], _ home: Home) -> [UInt8] {
    [0x89] + Array("sealed vault".utf8) + [0x0d, 0x0a, 0x1a] + .number(UInt32(1))
      + home.identifier + home.keyCommitment + head
  }

  /// What an SSH key signs.
  private static func signed(_ associated: [UInt8]) -> [UInt8] {
    Array("SSHSIG".utf8) + [0, 0, 0, 10] + Array("vault-slot".utf8) + [0, 0, 0, 0]
      + [0, 0, 0, 6] + Array("sha512".utf8) + [0, 0, 0, 64] + SHA2.sha512(associated)
  }

  private func wrapping(
    _ slotKey: [UInt8], head: [UInt8], home: Home, _ random: inout SeededBytes
  ) throws -> [UInt8] {
    var associated = Self.associated(head, home)
    let commitment = try SeededBytes.hash(Array(commitmentLabel.utf8) + associated, key: slotKey)
    let wrappingKey = try SeededBytes.hash(Array(wrapLabel.utf8) + associated, key: slotKey)
    let nonce = try random.next(24)
    editAssociated(&associated)
    let wrapped = try AuthenticatedCipher.seal(
      wraps ?? home.key, key: wrappingKey, nonce: nonce, associated: associated)
    return commitment + nonce + wrapped
  }
}
