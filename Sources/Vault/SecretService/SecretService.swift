internal import SealedFormat

/// The desktop keyring, asked by libsecret: the Secret Service API, draft 0.2.
struct SecretService: ~Copyable {
  /// The collection in which new items are kept.
  static let defaultCollection = "/org/freedesktop/secrets/aliases/default"
  /// How often a session is opened again.
  ///
  /// One side of KWallet 5 and libsecret drops leading zeros of a Diffie-Hellman key, which spoils one session in
  /// a hundred.
  private static let sessionRetries = 2
  /// The name on the bus that whoever stores a login holds meanwhile.
  private static let writerName = "vault_registry.KeyringWriter"

  let access: KeyringAccess
  var connection: KeyringConnection
  private(set) var locks: KeyringLocks
  /// The agreement on how secrets are handed over, perhaps still on its way; nil if none is needed.
  private var session: KeyringReply?
  private var sessionRetries = Self.sessionRetries

  /// Connects, and finds out what is locked before anything else is asked: a search makes a locked
  /// KeePassXC open its window, and a locked KWallet gives out empty secrets.
  ///
  /// - Parameter needsSecrets: Whether a session is opened, in which secrets can be handed over.
  /// - Throws: `unreachable` if there is no bus, no keyring, no answer or no libsecret.
  init(_ access: KeyringAccess, needsSecrets: Bool) throws(VaultError) {
    guard let address = access.address else {
      throw VaultError(
        .unreachable,
        "there is no session bus, and so no desktop keyring: neither DBUS_SESSION_BUS_ADDRESS nor "
          + "XDG_RUNTIME_DIR leads to one", cause: KeyringAbsence())
    }
    var connection = try KeyringConnection(address, timeout: access.timeout)
    try connection.findKeyring()
    let lock = connection.begin(.isLocked(Self.defaultCollection))
    // To agree on a key takes both sides a millisecond or two.
    let session = needsSecrets ? connection.begin(.openSession) : nil
    locks = try KeyringLocks(isDefaultLocked: lock, &connection)
    self.access = access
    self.connection = connection
    self.session = session
  }

  /// Waits until secrets can be handed over.
  mutating func waitForSession() throws(VaultError) {
    guard var session else {
      throw VaultError(.internalFault, "the keyring was opened without a session")
    }
    while true {
      try connection.wait(for: session)
      guard let failure = session.failure else { break }
      guard failure.mayBeSpoiledKey, try openSessionAgain() else {
        throw Self.explainSession(failure)
      }
      session = self.session ?? session
    }
  }

  /// Begins to open a session with another key; false if that was done often enough.
  mutating func openSessionAgain() throws(VaultError) -> Bool {
    guard sessionRetries > 0 else { return false }
    sessionRetries -= 1
    session = try connection.beginSessionAgain()
    return true
  }

  private static func explainSession(_ failure: KeyringFailure) -> VaultError {
    guard failure.name == "org.freedesktop.DBus.Error.NotSupported" else {
      return failure.explained
    }
    return VaultError(
      .unreachable,
      "the desktop keyring does not hand secrets over in a way that libsecret knows",
      cause: failure)
  }

  /// Finds out again what is locked.
  mutating func lookAtLocks() throws(VaultError) {
    locks = try KeyringLocks(
      isDefaultLocked: connection.begin(.isLocked(Self.defaultCollection)), &connection)
  }

  /// Waits until no other program that does the same stores a login in this keyring.
  ///
  /// The turn ends with the connection.
  ///
  /// - Throws: `unavailable` if another one takes too long.
  mutating func takeTurn() throws(VaultError) {
    while true {
      let reply = try connection.call(.takeName(Self.writerName))
      // A bus that gives no names, such as a sandbox's, does not keep a login from being stored.
      guard reply.failure == nil, !reply.ownsName else { return }
      guard connection.hasTime else {
        throw VaultError(
          .unavailable, "another program is storing a login in the desktop keyring: try again")
      }
      SteadyClock.sleep(.milliseconds(20))
    }
  }

  // MARK: Items

  /// The items that have all attributes of a query, for each query, the unlocked ones first.
  ///
  /// - Throws: `unavailable` if the whole keyring is locked and stays so, `refused` if the user dismissed
  ///   its question.
  mutating func search(_ queries: [[String: String]]) throws(VaultError) -> [[String]] {
    guard try unlockForSearch() else { return queries.map { _ in [] } }
    var found: [[String]] = []
    for reply in try connection.exchange(queries.map { .search($0) }) {
      found.append(try reply.found())
    }
    return found
  }

  /// What is known of items; those that have gone meanwhile are left out.
  mutating func items(_ paths: [String]) throws(VaultError) -> [SecretItem] {
    let replies = try connection.exchange(paths.map { .item($0) })
    var items: [SecretItem] = []
    for (path, reply) in zip(paths, replies) {
      if let failure = reply.failure, failure.isMissing { continue }
      items.append(try reply.item(path))
    }
    return items
  }
}
