internal import CSecretService
internal import SealedFormat

/// How it is unlocked, and how the user is asked.
extension SecretService {
  /// What a keyring asks about, as its part of a sentence.
  enum Purpose: String {
    case unlock = "it opens"
    case handOut = "it hands this out"
    case store = "it stores anything"
    case remove = "it removes anything"
  }

  /// How often its own time an answer of a person's may take: a minute usually.
  private static let promptTimeouts = 20

  /// Has the user unlock the collection for new items, if it is locked.
  mutating func unlockDefault() throws(VaultError) {
    guard locks.isDefaultLocked == true else { return }
    try unlock(Self.defaultCollection)
  }

  /// Makes sure that a search asks nobody; false if there is no collection that could have anything.
  mutating func unlockForSearch() throws(VaultError) -> Bool {
    guard !locks.isSearchable else { return true }
    let locked = locks.locked
    for collection in locked { try unlock(collection) }
    return !locked.isEmpty
  }

  /// Whether the collection for new items opens without a question; nil if there is none.
  mutating func isDefaultUsable() throws(VaultError) -> Bool? {
    guard locks.isDefaultLocked == true else { return locks.isDefaultLocked.map { !$0 } }
    return try isOpenWallet(Self.defaultCollection)
  }

  /// Has the user unlock a collection, if there is a display to ask on.
  mutating func unlock(_ collection: String) throws(VaultError) {
    if access.asking != .always, try !isOpenWallet(collection) { throw VaultError.keyringIsLocked }
    try release(collection, prompting: .unlock)
    try lookAtLocks()
    guard try isLocked(collection) != true else { throw VaultError.keyringIsLocked }
  }

  /// Makes an item accessible that is locked, or held back until the user allows this program to have it.
  mutating func release(_ item: String, _ purpose: Purpose) throws(VaultError) {
    let collection = Self.collection(of: item)
    if try isLocked(collection) == true { return try unlock(collection) }
    try release(item, prompting: purpose)
  }

  private mutating func release(
    _ object: String, prompting purpose: Purpose
  ) throws(VaultError) {
    let reply = try connection.call(.unlock(object))
    try reply.check()
    guard let prompt = reply.prompt(at: 1) else { return }
    guard try !answer(prompt, purpose).isDismissed else { throw VaultError.keyringWasDismissed }
  }

  /// Whether a collection is a wallet that KWallet 5 has open already.
  ///
  /// It opens the wallet when the user logs in to the desktop, but calls the collection locked until a
  /// program unlocks it, which then asks nobody.
  private mutating func isOpenWallet(_ collection: String) throws(VaultError) -> Bool {
    guard let name = try connection.call(.label(collection)).text() else { return false }
    let reply = try connection.call(.isWalletOpen(name))
    return reply.failure == nil ? try reply.boolean() : false
  }

  mutating func isLocked(_ collection: String) throws(VaultError) -> Bool? {
    try KeyringLocks.isLocked(try connection.call(.isLocked(collection)))
  }

  static func collection(of item: String) -> String {
    String(item[..<(item.lastIndex(of: "/") ?? item.endIndex)])
  }

  /// Has the keyring ask the user, and waits for the answer.
  ///
  /// Some keyrings wrap everything they do in such a question, and ask nothing.
  ///
  /// - Returns: Whether the user dismissed it, and the object that the answer brings, if any.
  /// - Throws: `unavailable` if nobody may be asked, or nobody answers.
  mutating func answer(
    _ prompt: String, _ purpose: Purpose
  ) throws(VaultError) -> (isDismissed: Bool, object: String?) {
    // A wallet that is open already asks nobody when it is unlocked.
    guard access.asking != .never || purpose == .unlock else {
      throw VaultError(
        .unavailable, "the desktop keyring is unlocked, but wants to ask before \(purpose.rawValue)"
      )
    }
    let mayWait = access.asking == .always
    let timeout = mayWait ? access.timeout * Self.promptTimeouts : access.timeout
    guard let reply = connection.ask(prompt, timeout: timeout) else {
      // Otherwise the window stays, and an answer to it would come as a surprise.
      _ = try? connection.call(.dismiss(prompt))
      throw mayWait
        ? VaultError(
          .unavailable,
          "nobody answered the question of the desktop keyring within \(timeout): try again")
        : VaultError(
          .unavailable,
          "the desktop keyring is unlocked, but wants to ask before \(purpose.rawValue), and nobody "
            + "answered within \(timeout): turn that question off in the keyring's settings, or try "
            + "again with a display")
    }
    if reply.failure?.outcome == VAULT_KEYRING_ENDED {
      throw VaultError(
        .unreachable, "the desktop keyring ended while it asked the user: try again")
    }
    return try reply.answer()
  }
}
