internal import SealedFormat
internal import CSecretService

/// The desktop keyring, asked by libsecret: the Secret Service API, draft 0.2.
struct SecretService: ~Copyable {
  private static let collectionInterface = "org.freedesktop.Secret.Collection"
  /// The collection in which new items are kept.
  private static let defaultCollection = "/org/freedesktop/secrets/aliases/default"
  /// How often its own time an answer of a person's may take: a minute usually.
  private static let promptPatience = 20
  /// The path that stands for no object.
  private static let noObject = "/"

  private let access: KeyringAccess
  private var connection: KeyringConnection
  /// The agreement on how secrets are handed over, perhaps still on its way.
  private let session: KeyringReply?
  /// The answers to the calls with which it was opened.
  let firstReplies: [KeyringReply]

  /// Connects, and makes the first calls in the same breath: each round trip is a good part of the
  /// time that a look-up takes.
  ///
  /// - Parameters:
  ///   - access: Where the bus is, and how long to wait.
  ///   - needsSecrets: Whether a session is opened, in which secrets can be handed over.
  ///   - calls: Calls that need no session.
  /// - Throws: `unreachable` where there is no bus, no keyring, no answer or no libsecret.
  init(
    _ access: KeyringAccess, needsSecrets: Bool, _ calls: [KeyringCall]
  ) throws(VaultError) {
    guard let address = access.address else {
      throw VaultError(
        .unreachable,
        "there is no session bus, and so no desktop keyring: neither DBUS_SESSION_BUS_ADDRESS nor "
          + "XDG_RUNTIME_DIR leads to one", cause: KeyringAbsence())
    }
    var connection = try KeyringConnection(address, timeout: access.timeout)
    try connection.findKeyring()
    let replies = calls.map { connection.begin($0) }
    // To agree on a key takes both sides a millisecond or two: what needs none goes on meanwhile.
    let session = needsSecrets ? connection.begin(.openSession) : nil
    for reply in replies { try connection.wait(for: reply) }
    self.access = access
    self.connection = connection
    self.session = session
    firstReplies = replies
  }

  /// Waits until secrets can be handed over.
  private func waitForSession() throws(VaultError) {
    guard let session else {
      throw VaultError(.internalFault, "the keyring was opened without a session")
    }
    try connection.wait(for: session)
    try session.check(explain: Self.explainSession)
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

  // MARK: Calls

  /// Asks whether the collection for new items is locked.
  static var isDefaultLocked: KeyringCall {
    .property(path: defaultCollection, interface: collectionInterface, name: "Locked")
  }

  /// Whether the collection for new items is locked; nil where there is none.
  static func isLocked(_ replies: some Collection<KeyringReply>) throws(VaultError) -> Bool? {
    guard let reply = replies.first else { return nil }
    if let failure = reply.failure, failure.isMissing { return nil }
    return try reply.boolean()
  }

  // MARK: Items

  /// Makes calls that need no session.
  mutating func exchange(_ calls: [KeyringCall]) throws(VaultError) -> [KeyringReply] {
    try connection.exchange(calls)
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

  /// The secret of an item; nil where the item has gone meanwhile.
  ///
  /// - Throws: `unavailable` where it is locked, `refused` where the user dismissed the question,
  ///   `damaged` for a secret that is too long.
  mutating func secret(of item: String) throws(VaultError) -> SecretBytes? {
    try waitForSession()
    let first = try connection.call(.secret(item))
    guard let failure = first.failure else { return try first.secret() }
    if failure.isMissing { return nil }
    guard failure.isLocked else { throw failure.explained }
    try unlock(item)
    return try connection.call(.secret(item)).secret()
  }

  /// Keeps an item in the default collection, in the place of one with the same attributes.
  ///
  /// - Returns: The item's object.
  /// - Throws: `unavailable` where the collection is locked, `refused` where the user dismissed the
  ///   question, `configuration` where there is no default collection.
  mutating func create(
    label: String, attributes: [String: String], secret: borrowing SecretBytes
  ) throws(VaultError) -> String {
    try waitForSession()
    var reply = try connection.create(
      in: Self.defaultCollection, label: label, attributes: attributes, secret: secret)
    if let failure = reply.failure, failure.isLocked {
      try unlock(Self.defaultCollection)
      reply = try connection.create(
        in: Self.defaultCollection, label: label, attributes: attributes, secret: secret)
    }
    try reply.check { $0.isMissing ? VaultError.keyringHasNoDefault : $0.explained }
    let prompt = reply.object(1)
    guard prompt != Self.noObject else { return reply.object(0) }
    guard let item = try answer(prompt) else { throw KeyringReply.malformed }
    return item
  }

  /// Removes an item; that it has gone already is no failure.
  mutating func delete(_ item: String) throws(VaultError) {
    var reply = try connection.call(.delete(item))
    if let failure = reply.failure, failure.isLocked {
      try unlock(item)
      reply = try connection.call(.delete(item))
    }
    if let failure = reply.failure, failure.isMissing { return }
    try reply.check()
    let prompt = reply.object(0)
    guard prompt != Self.noObject else { return }
    _ = try answer(prompt)
  }

  // MARK: Locks

  /// Has the user unlock the collection for new items.
  mutating func unlockDefault() throws(VaultError) { try unlock(Self.defaultCollection) }

  /// Has the user unlock an item or collection, where there is a display to ask on.
  private mutating func unlock(_ object: String) throws(VaultError) {
    guard access.mayAsk else { throw VaultError.keyringIsLocked }
    let reply = try connection.call(.unlock(object))
    try reply.check()
    let prompt = reply.object(1)
    guard prompt != Self.noObject else { return }
    _ = try answer(prompt)
  }

  /// Has the keyring ask the user, and waits for the answer.
  ///
  /// - Returns: The object that the answer brings, if any.
  /// - Throws: `unavailable` where nobody may be asked, or nobody answers; `refused` where the question is
  ///   dismissed.
  private mutating func answer(_ prompt: String) throws(VaultError) -> String? {
    guard access.mayAsk else { throw VaultError.keyringIsLocked }
    let patience = access.timeout * Self.promptPatience
    guard let reply = connection.ask(prompt, patience: patience) else {
      // Else the window stays, and an answer to it would come as a surprise.
      _ = try? connection.call(.dismiss(prompt))
      throw VaultError(
        .unavailable,
        "nobody answered the question of the desktop keyring within \(patience): try again")
    }
    if reply.failure?.outcome == VAULT_KEYRING_ENDED {
      throw VaultError(
        .unreachable, "the desktop keyring ended while it asked the user: try again")
    }
    let answer = try reply.answer()
    guard !answer.isDismissed else {
      throw VaultError(
        .refused, "the question of the desktop keyring was dismissed: nothing was changed")
    }
    return answer.object
  }
}
