/// What an SSH key signs to open a slot, and how the slot names the key.
///
/// The bytes have the form of OpenSSH's signatures of files (PROTOCOL.sshsig), in a namespace of our own: no login
/// can be made from such a signature, and no signature of a login opens a slot.
enum SSHSigning {
  /// Two bytes tell a few keys of an agent apart, and one of 65,000 published keys has the same by chance.
  static let tagLength = 2

  private static let namespace = "vault-slot"
  private static let hashName = "sha512"

  /// The tag of a key at one slot.
  static func tag(
    ofKey publicKey: [UInt8], vaultID: [UInt8], slotID: [UInt8]
  ) throws(VaultError) -> [UInt8] {
    var hash = try Hash()
    hash.update("vault 1 ssh key")
    hash.update(vaultID.bytes)
    hash.update(slotID.bytes)
    hash.update(publicKey.bytes)
    return Array(hash.digest().prefix(tagLength))
  }

  /// What is signed for a slot with this associated data.
  static func message(_ associated: [UInt8]) -> [UInt8] {
    Array("SSHSIG".utf8) + Array(namespace.utf8).sshString + [UInt8]().sshString
      + Array(hashName.utf8).sshString + SHA2.sha512(associated).sshString
  }
}

extension [UInt8] {
  /// The bytes as a string of SSH (RFC 4251, section 5), which begins with its length, the highest byte first.
  package var sshString: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + self
  }
}

extension SlotSecret {
  /// The key that a signature gives.
  ///
  /// `length` is the length of the key's modulus for RSA, because some agents leave out leading zeros.
  ///
  /// - Throws: `damaged` if the signature is longer.
  package init(sshSignature signature: RawSpan, paddedTo length: Int) throws(VaultError) {
    guard signature.byteCount <= length else {
      throw VaultError(.damaged, "the signature is longer than its key")
    }
    var hash = try Hash()
    hash.update("vault 1 ssh slot")
    hash.update([UInt8](repeating: 0, count: length - signature.byteCount).bytes)
    hash.update(signature)
    self.init(kind: .sshAgent, bytes: try hash.key())
  }
}

extension SealedVault {
  /// Whether a public key may be the one that opens a slot.
  package func isCandidate(_ publicKey: [UInt8], for slot: Slot) throws(VaultError) -> Bool {
    guard case .sshAgent(let tag) = slot.kind else { return false }
    return try tag
      == SSHSigning.tag(ofKey: publicKey, vaultID: identifier, slotID: slot.identifier)
  }

  /// What the key of a slot must sign to open it.
  package func messageToSign(for slot: Slot) -> [UInt8] {
    SSHSigning.message(
      binding.associated(Slot.head(slot.kind, identifier: slot.identifier)))
  }
}

extension OpenVault {
  /// A new slot for this vault that an SSH key opens, which is not yet in it.
  ///
  /// - Parameters:
  ///   - publicKey: The key as SSH encodes it.
  ///   - sign: Has the key sign a message, and returns what the signature gives.
  package borrowing func makeSlot(
    forSSHKey publicKey: [UInt8], sign: ([UInt8]) throws(VaultError) -> SlotSecret
  ) throws(VaultError) -> Slot {
    let slotID = try [UInt8].random(count: Slot.identifierLength)
    let tag = try SSHSigning.tag(ofKey: publicKey, vaultID: identifier, slotID: slotID)
    let kind = Slot.Kind.sshAgent(tag: tag)
    let secret = try sign(
      SSHSigning.message(binding.associated(Slot.head(kind, identifier: slotID))))
    return try Slot(
      wrapping: key, under: secret.bytes, kind: kind, identifier: slotID, binding: binding)
  }
}
