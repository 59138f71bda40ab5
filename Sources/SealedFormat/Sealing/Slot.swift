/// One way to open a vault: the vault key, wrapped under a key of its own.
package struct Slot: Sendable, Equatable {
  static let identifierLength = 8
  static let wrappedLength = VaultKey.length + AuthenticatedCipher.tagLength

  /// What opens a slot, with what is needed to try.
  package enum Kind: Sendable, Equatable {
    case passphrase(PassphraseDerivation, salt: [UInt8])
    case keyFile
    /// A key that the desktop keyring holds.
    case secretService
    /// A signature of an SSH key that the user's agent holds; `tag` finds the key among others.
    case sshAgent(tag: [UInt8])
    /// A type of a later version: kept as it is, and never opened.
    case unknown(type: UInt16, body: [UInt8])
  }

  /// The vault key under the slot's own key.
  struct Wrapping: Sendable, Equatable {
    let commitment: [UInt8]
    let nonce: [UInt8]
    let sealedKey: [UInt8]
  }

  package let identifier: [UInt8]
  package let kind: Kind
  /// Nil for a slot of unknown type.
  let wrapping: Wrapping?

  /// The identifier in hexadecimal, as shown to people.
  package var name: String { identifier.hexadecimal }

  /// What trying a passphrase costs, in words; nil where nothing is derived.
  package var costText: String? {
    guard case .passphrase(let derivation, _) = kind else { return nil }
    return "Argon2id, \(derivation.memory / 1024) MiB, \(derivation.passes) passes"
  }

  /// Whether a secret of this kind can open it.
  package func takes(_ secret: SlotSecret.Kind) -> Bool {
    switch (kind, secret) {
    case (.passphrase, .passphrase), (.keyFile, .keyFile), (.secretService, .secretService),
      (.sshAgent, .sshAgent):
      true
    case (.passphrase, _), (.keyFile, _), (.secretService, _), (.sshAgent, _), (.unknown, _): false
    }
  }

  /// Whether it may be the only slot: an agent's key can be gone at any time, and an unknown slot opens
  /// nothing.
  package var standsAlone: Bool {
    switch kind {
    case .passphrase, .keyFile, .secretService: true
    case .sshAgent, .unknown: false
    }
  }

  /// The kind in a word, as shown to people.
  package var kindName: String {
    switch kind {
    case .passphrase: "passphrase"
    case .keyFile: "key-file"
    case .secretService: "secret-service"
    case .sshAgent: "ssh-agent"
    case .unknown(let type, _): "unknown-\(type)"
    }
  }
}

// MARK: - Encoding

extension Slot {
  private static let passphraseType: UInt16 = 1
  private static let keyFileType: UInt16 = 2
  private static let secretServiceType: UInt16 = 3
  private static let sshAgentType: UInt16 = 4
  private static let wrappingLength =
    Hash.length + AuthenticatedCipher.nonceLength + wrappedLength

  /// Type, length of what follows the identifier, identifier and parameters: all that is not secret
  /// and must not change.
  static func head(_ kind: Kind, identifier: [UInt8]) -> [UInt8] {
    var parameters: [UInt8] = []
    let type: UInt16
    switch kind {
    case .passphrase(let derivation, let salt):
      type = passphraseType
      parameters.append(number: derivation.passes)
      parameters.append(number: derivation.memory)
      parameters += salt
    case .keyFile:
      type = keyFileType
    case .secretService:
      type = secretServiceType
    case .sshAgent(let tag):
      type = sshAgentType
      parameters = tag
    case .unknown(let unknown, let body):
      type = unknown
      parameters = body
    }
    var length = parameters.count
    if case .unknown = kind {} else { length += wrappingLength }
    var bytes: [UInt8] = []
    bytes.append(number: type)
    bytes.append(number: UInt16(truncatingIfNeeded: length))
    return bytes + identifier + parameters
  }

  /// The slot as it stands in the file.
  var encoded: [UInt8] {
    var bytes = Self.head(kind, identifier: identifier)
    if let wrapping { bytes += wrapping.commitment + wrapping.nonce + wrapping.sealedKey }
    return bytes
  }

  init(from reader: inout ByteReader) throws(VaultError) {
    let type: UInt16 = try reader.number()
    let length = Int(try reader.number(UInt16.self))
    identifier = Array(try reader.take(Self.identifierLength))
    var body = ByteReader(try reader.take(length))
    switch type {
    case Self.passphraseType:
      let derivation = PassphraseDerivation(
        passes: try body.number(), memory: try body.number())
      kind = .passphrase(
        derivation, salt: Array(try body.take(PassphraseDerivation.saltLength)))
    case Self.keyFileType:
      kind = .keyFile
    case Self.secretServiceType:
      kind = .secretService
    case Self.sshAgentType:
      kind = .sshAgent(tag: Array(try body.take(SSHSigning.tagLength)))
    default:
      kind = .unknown(type: type, body: Array(try body.take(length)))
      wrapping = nil
      return
    }
    wrapping = Wrapping(
      commitment: Array(try body.take(Hash.length)),
      nonce: Array(try body.take(AuthenticatedCipher.nonceLength)),
      sealedKey: Array(try body.take(Self.wrappedLength)))
    guard body.remaining == 0 else { throw VaultError(.damaged, "a slot is longer than its type") }
  }
}

// MARK: - Wrapping

extension Slot {
  /// What a slot is tied to: the vault it lies in and the key that it leads to.
  struct Binding {
    let vaultID: [UInt8]
    let keyCommitment: [UInt8]

    /// The associated data of a slot: nothing that stands before its ciphertext can be changed, and
    /// the slot cannot be moved to another vault.
    func associated(_ head: [UInt8]) -> [UInt8] {
      var version: [UInt8] = []
      version.append(number: SealedVault.version)
      return SealedVault.magic + version + vaultID + keyCommitment + head
    }
  }

  /// Wraps a vault key in a new slot.
  ///
  /// - Parameters:
  ///   - key: The vault key.
  ///   - slotKey: The 32 bytes that the passphrase, key file, keyring or signature gives.
  ///   - kind: What gives them.
  ///   - identifier: Random if none is given.
  ///   - binding: The vault that the slot is for.
  /// - Throws: `internalFault` where libsodium fails.
  init(
    wrapping key: borrowing VaultKey, under slotKey: borrowing SecretBytes, kind: Kind,
    identifier given: [UInt8]? = nil, binding: Binding
  ) throws(VaultError) {
    identifier = if let given { given } else { try .random(count: Self.identifierLength) }
    self.kind = kind
    let associated = binding.associated(Self.head(kind, identifier: identifier))
    let nonce = try [UInt8].random(count: AuthenticatedCipher.nonceLength)
    let wrappingKey = try Self.wrappingKey(from: slotKey, associated)
    wrapping = Wrapping(
      commitment: try Self.commitment(of: slotKey, associated),
      nonce: nonce,
      sealedKey: try AuthenticatedCipher.seal(
        key.bytes, key: wrappingKey.bytes, nonce: nonce,
        associated: associated.bytes))
  }

  /// The vault key, or nil where `slotKey` is not this slot's.
  ///
  /// The commitment is compared before anything is decrypted: a ciphertext alone could be made to
  /// open under many keys.
  ///
  /// - Throws: `damaged` where the slot's key is right and what it wraps is not.
  func unwrap(
    with slotKey: borrowing SecretBytes, binding: Binding
  ) throws(VaultError) -> VaultKey? {
    guard let wrapping else { return nil }
    let associated = binding.associated(Self.head(kind, identifier: identifier))
    guard
      isEqualInConstantTime(
        try Self.commitment(of: slotKey, associated), wrapping.commitment)
    else { return nil }
    let wrappingKey = try Self.wrappingKey(from: slotKey, associated)
    guard
      let bytes = try AuthenticatedCipher.open(
        wrapping.sealedKey.bytes, key: wrappingKey.bytes,
        nonce: wrapping.nonce.bytes, associated: associated.bytes)
    else { throw VaultError(.damaged, "slot \(name) does not hold what it was made with") }
    let key = try VaultKey(copying: bytes.bytes)
    guard
      isEqualInConstantTime(
        try key.commitment(vaultID: binding.vaultID), binding.keyCommitment)
    else { throw VaultError(.damaged, "slot \(name) leads to the key of another vault") }
    return key
  }

  private static func commitment(
    of slotKey: borrowing SecretBytes, _ associated: [UInt8]
  ) throws(VaultError) -> [UInt8] {
    var hash = try Hash(key: slotKey.bytes)
    hash.update("vault 1 slot commitment")
    hash.update(associated.bytes)
    return hash.digest()
  }

  private static func wrappingKey(
    from slotKey: borrowing SecretBytes, _ associated: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    var hash = try Hash(key: slotKey.bytes)
    hash.update("vault 1 slot wrap")
    hash.update(associated.bytes)
    return try hash.key()
  }
}
