/// A secret as it lies among the entries: padded, so that its length does not show, and tied to its
/// vault and its line of the index.
enum SealedSecret {
  private static let padding = 256
  private static let lengthBytes = 4

  /// Nonce, ciphertext and tag.
  ///
  /// - Throws: `invalidInput` for a secret that is too long.
  static func seal(
    _ secret: borrowing SecretBytes, key: RawSpan, vaultID: [UInt8],
    entryID: [UInt8]
  ) throws(VaultError) -> [UInt8] {
    let nonce = try [UInt8].random(count: AuthenticatedCipher.nonceLength)
    let padded = try pad(secret)
    let associated = associated(vaultID: vaultID, entryID: entryID)
    return nonce
      + (try AuthenticatedCipher.seal(
        padded.bytes, key: key, nonce: nonce, associated: associated.bytes))
  }

  /// The secret again.
  ///
  /// - Throws: `damaged` where the bytes are not what was sealed for this entry.
  static func open(
    _ sealed: ArraySlice<UInt8>, key: RawSpan, vaultID: [UInt8], entryID: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    let nonce = Array(sealed.prefix(AuthenticatedCipher.nonceLength))
    let ciphertext = Array(sealed.dropFirst(AuthenticatedCipher.nonceLength))
    let associated = associated(vaultID: vaultID, entryID: entryID)
    guard nonce.count == AuthenticatedCipher.nonceLength,
      let padded = try AuthenticatedCipher.open(
        ciphertext.bytes, key: key, nonce: nonce.bytes, associated: associated.bytes)
    else { throw VaultError(.damaged, "a secret in the vault does not open") }
    let content = try contentRange(padded)
    return padded.narrowed(to: content)
  }

  private static func associated(vaultID: [UInt8], entryID: [UInt8]) -> [UInt8] {
    Array("vault 1 entry".utf8) + vaultID + entryID
  }

  private static func paddedLength(_ count: Int) -> Int {
    (lengthBytes + count + padding - 1) / padding * padding
  }

  /// A four-byte length, the secret, and zeros up to a multiple of 256 bytes.
  private static func pad(_ secret: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    let count = secret.count
    guard count <= SecretBytes.longestSecret else {
      throw VaultError(
        .invalidInput,
        "the secret has \(count) bytes, and the vault keeps at most \(SecretBytes.longestSecret)")
    }
    var length: [UInt8] = []
    length.append(number: UInt32(count))
    return try SecretBytes(capacity: paddedLength(count)) { (output) throws(VaultError) in
      try output.append(contentsOf: length.bytes)
      try output.append(contentsOf: secret.bytes)
      while output.freeCapacity > 0 { output.append(0) }
    }
  }

  /// Where the secret lies between its length and its padding.
  private static func contentRange(
    _ padded: borrowing SecretBytes
  ) throws(VaultError) -> Range<Int> {
    let damaged = VaultError(.damaged, "a secret in the vault is not written as it should be")
    guard padded.count >= lengthBytes else { throw damaged }
    let bytes = padded.bytes
    let count = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    guard count <= SecretBytes.longestSecret, padded.count == paddedLength(count) else {
      throw damaged
    }
    let end = lengthBytes + count
    for offset in end..<padded.count where bytes[offset] != 0 { throw damaged }
    return lengthBytes..<end
  }
}
