internal import SealedFormat
internal import CLinux
internal import CSecretService
internal import Glibc

/// A connection to the desktop keyring by libsecret, in which nothing waits without a limit.
///
/// The limit is kept here, around all that libsecret does: it would wait 25 seconds for each answer, and
/// for a person for ever.
@safe
struct KeyringConnection: ~Copyable {
  /// How often its own time all that is done over one connection may take.
  private static let patience = 10
  /// The most calls that wait for an answer at one time; the bus has a limit of its own.
  private static let window = 64
  private static let service = "/org/freedesktop/secrets"

  private let keyring: OpaquePointer
  private let timeout: Duration
  /// When all of it must be done.
  private var end: Duration

  /// Connects to the session bus; nothing is asked yet, but from now on the time runs.
  ///
  /// - Parameters:
  ///   - address: Where the bus listens.
  ///   - timeout: How long each answer may take.
  /// - Throws: `unreachable` where libsecret is missing or nobody listens there, or somebody else.
  init(_ address: BusAddress, timeout: Duration) throws(VaultError) {
    if let reason = unsafe vault_keyring_load() {
      throw VaultError(
        .unreachable, "\(unsafe String(cString: reason)): install the package libsecret-1-0",
        cause: KeyringAbsence())
    }
    let socket: Int32
    do throws(SystemError) {
      socket = try address.connect()
    } catch {
      throw VaultError(
        .unreachable, "the session bus cannot be reached: \(error.reason)",
        cause: KeyringAbsence(error))
    }
    guard let keyring = unsafe vault_keyring_open(socket) else {
      throw VaultError(
        .unreachable, "the session bus cannot be reached: it is no such socket",
        cause: KeyringAbsence())
    }
    unsafe self.keyring = keyring
    self.timeout = timeout
    end = SteadyClock.now + timeout * Self.patience
  }

  deinit { unsafe vault_keyring_close(keyring) }

  /// Has the bus let us in, and finds the keyring that is on it; starts none.
  ///
  /// - Throws: `unreachable` where there is none.
  mutating func findKeyring() throws(VaultError) {
    let login = unsafe KeyringReply(vault_keyring_log_in(keyring))
    try wait(for: login)
    try login.check { failure in
      guard failure.outcome != VAULT_KEYRING_ENDED else { return failure.explained }
      return VaultError(
        .unreachable, "the session bus does not let this user in",
        cause: KeyringAbsence(failure))
    }
    let owner = unsafe KeyringReply(vault_keyring_find_owner(keyring))
    try wait(for: owner)
    try owner.check { failure in
      guard failure.name == "org.freedesktop.DBus.Error.NameHasNoOwner" else {
        return failure.explained
      }
      return VaultError(
        .unreachable,
        "no desktop keyring runs on the session bus: start one, such as gnome-keyring or KeePassXC "
          + "with its Secret Service, or keep logins in the sealed file", cause: KeyringAbsence())
    }
    guard unsafe vault_keyring_use_owner(keyring, owner.call) else { throw KeyringReply.malformed }
  }

  // MARK: Calls

  /// Makes calls, as many at a time as the bus takes, and waits for all answers.
  ///
  /// - Returns: The answers, in the order of the calls.
  /// - Throws: `unreachable` where an answer does not come in time.
  mutating func exchange(_ calls: [KeyringCall]) throws(VaultError) -> [KeyringReply] {
    var replies: [KeyringReply] = []
    for call in calls {
      if replies.count >= Self.window { try wait(for: replies[replies.count - Self.window]) }
      replies.append(begin(call))
    }
    for reply in replies.suffix(Self.window) { try wait(for: reply) }
    return replies
  }

  /// Makes one call.
  mutating func call(_ call: KeyringCall) throws(VaultError) -> KeyringReply {
    let reply = begin(call)
    try wait(for: reply)
    return reply
  }

  /// Has an item made, beside those with the same attributes.
  ///
  /// - Parameter isText: Whether the secret is declared to be text, and not bytes of unknown meaning.
  /// - Returns: The answer.
  /// - Throws: `unreachable` if it does not come in time.
  mutating func create(
    in collection: String, label: String, attributes: [String: String],
    secret: borrowing SecretBytes, isText: Bool
  ) throws(VaultError) -> KeyringReply {
    // libsecret takes a copy into memory of its own, which it wipes.
    let bytes = secret.bytes
    let call = unsafe Self.withTexts(attributes) { texts in
      unsafe bytes.withUnsafeBytes {
        unsafe vault_keyring_create(
          keyring, collection, label, texts, $0.baseAddress, $0.count, isText)
      }
    }
    guard let call = unsafe call else {
      throw VaultError(.internalFault, "libsecret does not take the secret")
    }
    let reply = unsafe KeyringReply(call)
    try wait(for: reply)
    return reply
  }

  /// Has the keyring ask the user, and waits for the answer.
  ///
  /// - Returns: The answer; nil if it does not come in time.
  mutating func ask(_ prompt: String, timeout: Duration) -> KeyringReply? {
    let start = SteadyClock.now
    let deadline = start + timeout
    // How long a person takes is no fault of the keyring's.
    defer { end += SteadyClock.now - start }
    let reply = begin(.prompt(prompt))
    while !reply.isDone {
      guard wait(until: deadline) else { return nil }
    }
    return reply
  }

  /// Makes a call, and does not wait for the answer.
  func begin(_ call: KeyringCall) -> KeyringReply {
    let begun =
      switch call {
      case .openSession: unsafe vault_keyring_open_session(keyring)
      case .takeName(let name): unsafe vault_keyring_take_name(keyring, name)
      case .search(let attributes):
        unsafe Self.withTexts(attributes) { unsafe vault_keyring_search(keyring, $0) }
      case .collections: unsafe property("Collections", of: Self.service, "Service")
      case .isLocked(let path): unsafe property("Locked", of: path, "Collection")
      case .label(let path): unsafe property("Label", of: path, "Collection")
      case .isWalletOpen(let name): unsafe vault_keyring_is_wallet_open(keyring, name)
      case .item(let path): unsafe vault_keyring_get_item(keyring, path)
      case .secret(let path): unsafe vault_keyring_get_secret(keyring, path)
      case .delete(let path): unsafe vault_keyring_delete(keyring, path)
      case .unlock(let path): unsafe vault_keyring_unlock(keyring, path)
      case .prompt(let path): unsafe vault_keyring_prompt(keyring, path)
      case .dismiss(let path): unsafe vault_keyring_dismiss(keyring, path)
      }
    return unsafe KeyringReply(begun)
  }

  private func property(
    _ name: String, of path: String, _ interface: String
  ) -> OpaquePointer {
    unsafe vault_keyring_get(keyring, path, "org.freedesktop.Secret." + interface, name)
  }

  /// Begins to open a session with another key than before.
  func beginSessionAgain() throws(VaultError) -> KeyringReply {
    guard unsafe vault_keyring_forget_session(keyring) else { throw KeyringReply.malformed }
    return begin(.openSession)
  }

  /// Names and values in turn, in the order of the names, with nil at the end.
  private static func withTexts<Result>(
    _ texts: [String: String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let pairs = texts.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    let copies = unsafe pairs.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    let list = unsafe copies.map { unsafe UnsafePointer($0) } + [nil]
    return unsafe body(list)
  }

  // MARK: Waiting

  /// Whether the time for all that is done over this connection is not over.
  var hasTime: Bool { SteadyClock.now < end }

  /// Waits for an answer.
  ///
  /// - Throws: `unreachable` where it does not come in time.
  func wait(for reply: KeyringReply) throws(VaultError) {
    while !reply.isDone {
      guard wait(until: min(SteadyClock.now + timeout, end)) else {
        throw VaultError(
          .unreachable,
          "the desktop keyring does not answer within \(timeout): the setting "
            + "secret-service.timeout waits longer")
      }
    }
  }

  /// Waits until some call ends: false where none does in time.
  private func wait(until deadline: Duration) -> Bool {
    let left = deadline - SteadyClock.now
    guard left > .zero else { return false }
    return unsafe vault_keyring_wait(keyring, Int32(clamping: Int64(left / .milliseconds(1)) + 1))
  }
}
