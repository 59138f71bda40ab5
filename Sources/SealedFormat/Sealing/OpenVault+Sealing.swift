extension OpenVault {
  /// The whole file of the next generation.
  ///
  /// - Throws: `invalidInput` if the vault would be longer than a reader accepts.
  package mutating func sealNextGeneration(
    now: Int64 = WallClock.now
  ) throws(VaultError) -> [UInt8] {
    let (next, isTooLarge) = generation.addingReportingOverflow(1)
    guard !isTooLarge else {
      throw VaultError(.damaged, "the vault has the last generation that there is")
    }
    generation = next
    try index.forgetOldTombstones(now: now)
    index.attributes.parent = state
    index.attributes.slots = index.attributes.slots.filter { note in
      slots.contains { $0.identifier == note.key }
    }
    let plain = try index.encoded()
    var file = try head(indexLength: plain.count)
    var digest = try Hash()
    digest.update(file.bytes)
    file += digest.digest()
    let nonce = try [UInt8].random(count: AuthenticatedCipher.nonceLength)
    file += nonce
    file += try AuthenticatedCipher.seal(
      plain.bytes, key: key.subkey(.index), nonce: nonce, associated: file.bytes)
    guard file.count <= SealedVault.longestFile else {
      throw VaultError(
        .invalidInput, "the vault would be longer than \(SealedVault.longestFile) bytes")
    }
    state = nonce + file.suffix(AuthenticatedCipher.tagLength)
    return file
  }

  /// Header, slots and sealed secrets.
  private borrowing func head(indexLength: Int) throws(VaultError) -> [UInt8] {
    let slotBytes = slots.flatMap(\.encoded)
    let secrets = index.secrets
    let region = secrets.count.roundedUpToPowerOfTwo(atLeast: SealedVault.shortestEntries)
    let overhead = AuthenticatedCipher.nonceLength + AuthenticatedCipher.tagLength
    var head = SealedVault.magic
    head.append(number: SealedVault.version)
    head += identifier
    head.append(number: generation)
    head += keyCommitment
    head.append(number: UInt32(slotBytes.count))
    head.append(number: UInt32(region))
    head.append(number: UInt32(indexLength + overhead))
    head += slotBytes
    head += secrets
    // Random, as ciphertext is: where the secrets end must not show.
    head += try [UInt8].random(count: region - secrets.count)
    return head
  }
}
