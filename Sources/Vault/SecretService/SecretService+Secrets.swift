internal import SealedFormat

/// What it does with one item.
extension SecretService {
  private enum Answer: ~Copyable {
    case secret(SecretBytes)
    /// KWallet gives an empty secret out if it is locked; other keyrings fail.
    case empty
    case locked
    case gone
  }

  /// The secret of an item, never empty; nil if the item has gone meanwhile.
  ///
  /// - Throws: `unavailable` if it is locked or held back, `refused` if the user dismissed the question,
  ///   `damaged` for a secret that is empty or too long.
  mutating func secret(of item: String) throws(VaultError) -> SecretBytes? {
    switch try ask(for: item) {
    case .secret(let secret): return secret
    case .gone: return nil
    case .empty: break
    case .locked: break
    }
    try release(item, .handOut)
    switch try ask(for: item) {
    case .secret(let secret): return secret
    case .gone: return nil
    case .locked: throw VaultError.keyringIsLocked
    case .empty:
      guard try isLocked(Self.collection(of: item)) != true else {
        throw VaultError.keyringIsLocked
      }
      throw VaultError(
        .damaged, "the desktop keyring has an empty secret there: store the login again")
    }
  }

  private mutating func ask(for item: String) throws(VaultError) -> Answer {
    while true {
      try waitForSession()
      let reply = try connection.call(.secret(item))
      if let failure = reply.failure {
        if failure.isMissing { return .gone }
        if failure.isLocked { return .locked }
        if failure.mayBeSpoiledKey, try openSessionAgain() { continue }
        throw failure.explained
      }
      // With a spoiled key it comes, and cannot be decoded.
      if !reply.hasSecret, try openSessionAgain() { continue }
      let secret = try reply.secret()
      return secret.isEmpty ? .empty : .secret(secret)
    }
  }

  /// Stores an item in the default collection, beside those with the same attributes, and reads it back.
  ///
  /// A keyring may change what it stores: KeePassXC replaces placeholders such as `{USERNAME}`, and some
  /// keep text only. Bytes without a declared text type are left alone by most.
  ///
  /// - Returns: The item's object.
  /// - Throws: `unavailable` if the collection is locked, `refused` if the user dismissed the question,
  ///   `configuration` if there is no default collection, `unreachable` if the secret comes back changed.
  mutating func keep(
    label: String, attributes: [String: String], secret: borrowing SecretBytes
  ) throws(VaultError) -> String {
    for isText in [true, false] where !isText || secret.isUTF8() {
      guard
        let item = try create(
          label: label, attributes: attributes, secret: secret, isText: isText)
      else { continue }
      do throws(VaultError) {
        if try holds(item, secret) { return item }
      } catch {
        try? delete(item)
        throw error
      }
      try delete(item)
    }
    throw VaultError(
      .unreachable,
      "the desktop keyring changes this secret when it stores it, so nothing was stored: keep it in "
        + "the sealed file")
  }

  private mutating func holds(
    _ item: String, _ secret: borrowing SecretBytes
  ) throws(VaultError) -> Bool {
    do throws(VaultError) {
      guard let held = try self.secret(of: item) else {
        throw VaultError(
          .unavailable, "the desktop keyring lost what was just stored in it: try again")
      }
      return held.isEqual(to: secret)
    } catch {
      // Empty, or longer than any: that is another secret too.
      guard error.code == .damaged else { throw error }
      return false
    }
  }

  /// Makes an item; nil if the keyring does not take this secret.
  private mutating func create(
    label: String, attributes: [String: String], secret: borrowing SecretBytes, isText: Bool
  ) throws(VaultError) -> String? {
    var isUnlocked = false
    var reply: KeyringReply
    while true {
      try waitForSession()
      reply = try connection.create(
        in: Self.defaultCollection, label: label, attributes: attributes, secret: secret,
        isText: isText)
      guard let failure = reply.failure else { break }
      if failure.mayBeSpoiledKey, try openSessionAgain() { continue }
      guard failure.isLocked, !isUnlocked else {
        throw failure.isMissing ? VaultError.keyringHasNoDefault : failure.explained
      }
      try unlock(Self.defaultCollection)
      isUnlocked = true
    }
    guard let prompt = reply.prompt(at: 1) else { return reply.object(0) }
    let answer = try answer(prompt, .store)
    guard let item = answer.object, item != KeyringReply.noObject else {
      throw answer.isDismissed ? VaultError.keyringWasDismissed : KeyringReply.malformed
    }
    guard answer.isDismissed else { return item }
    // KeePassXC does so with a secret that refers to another entry, and leaves an empty item.
    try delete(item)
    return nil
  }

  /// Removes an item; that it has gone already is no failure.
  mutating func delete(_ item: String) throws(VaultError) {
    var reply = try connection.call(.delete(item))
    if let failure = reply.failure, failure.isLocked {
      try release(item, .remove)
      reply = try connection.call(.delete(item))
    }
    if let failure = reply.failure, failure.isMissing { return }
    try reply.check()
    guard let prompt = reply.prompt(at: 0) else { return }
    guard try !answer(prompt, .remove).isDismissed else { throw VaultError.keyringWasDismissed }
  }
}
