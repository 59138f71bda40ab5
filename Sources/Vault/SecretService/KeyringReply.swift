internal import SealedFormat
internal import CSecretService

/// The answer to a call of the desktop keyring, once it has come.
///
/// What a keyring says is trusted in nothing: every value is looked at for its type.
@safe
final class KeyringReply {
  let call: OpaquePointer

  static let malformed = VaultError(
    .unreachable, "the session bus or the desktop keyring answers with what is no such answer")

  /// The path that stands for no object.
  static let noObject = "/"

  /// Takes over a call that was begun.
  init(_ call: OpaquePointer) { unsafe self.call = call }

  deinit { unsafe vault_keyring_free(call) }

  var isDone: Bool { unsafe vault_keyring_is_done(call) }

  /// The failure that it is, where it is one.
  var failure: KeyringFailure? {
    let outcome = unsafe vault_keyring_end(call)
    guard outcome != VAULT_KEYRING_SUCCESS else { return nil }
    return KeyringFailure(
      outcome: outcome, name: unsafe String(cString: vault_keyring_failure_name(call)),
      text: unsafe String(cString: vault_keyring_failure_text(call)))
  }

  /// Makes sure that it is no failure.
  ///
  /// - Throws: What `explain` makes of one.
  func check(explain: (KeyringFailure) -> VaultError = \.explained) throws(VaultError) {
    if let failure { throw explain(failure) }
  }

  /// The items that a search has found, the unlocked ones first.
  func found() throws(VaultError) -> [String] {
    try check()
    return unsafe Self.texts(vault_keyring_unlocked(call))
      + Self.texts(vault_keyring_locked(call))
  }

  /// The objects that a property names.
  func paths() throws(VaultError) -> [String] {
    try check()
    guard let list = unsafe vault_keyring_paths(call) else { throw Self.malformed }
    return unsafe Self.texts(list)
  }

  private static func texts(_ list: UnsafePointer<UnsafePointer<CChar>?>) -> [String] {
    var next = unsafe list
    var texts: [String] = []
    while let text = unsafe next.pointee {
      unsafe texts.append(String(cString: text))
      unsafe next += 1
    }
    return texts
  }

  /// The object at some place of the answer.
  func object(_ place: Int) -> String {
    unsafe String(cString: vault_keyring_path(call, place))
  }

  /// The question that has to be asked before it is done, at some place of the answer; nil for none.
  func prompt(at place: Int) -> String? {
    let object = object(place)
    return object == Self.noObject ? nil : object
  }

  /// A property that is text; nil if there is none.
  func text() -> String? {
    guard failure == nil, let text = unsafe vault_keyring_text(call) else { return nil }
    return unsafe String(cString: text)
  }

  /// Whether a name on the bus was taken.
  var ownsName: Bool { unsafe vault_keyring_owns_name(call) }

  /// A property that is true or false.
  func boolean() throws(VaultError) -> Bool {
    try check()
    var value = false
    guard unsafe vault_keyring_boolean(call, &value) else { throw Self.malformed }
    return value
  }

  /// The properties of an item.
  func item(_ path: String) throws(VaultError) -> SecretItem {
    try check()
    var item = unsafe vault_keyring_item()
    guard unsafe vault_keyring_read_item(call, &item) else { throw Self.malformed }
    var attributes: [String: String] = [:]
    for place in 0..<(unsafe item.attribute_count) {
      var name: UnsafePointer<CChar>?
      var value: UnsafePointer<CChar>?
      unsafe vault_keyring_attribute(call, place, &name, &value)
      guard let name = unsafe name, let value = unsafe value else { throw Self.malformed }
      attributes[unsafe String(cString: name)] = unsafe String(cString: value)
    }
    return SecretItem(
      path: path, attributes: attributes,
      label: unsafe item.label.map { unsafe String(cString: $0) } ?? "",
      created: unsafe item.created, modified: unsafe item.modified, isLocked: unsafe item.is_locked)
  }

  /// Whether the answer holds a secret that could be decoded.
  var hasSecret: Bool {
    var length = 0
    return unsafe vault_keyring_secret(call, &length) != nil
  }

  /// The secret of an item: the one copy of what libsecret decoded, in memory that it wipes itself.
  ///
  /// - Throws: `damaged` where it is longer than any that we keep.
  func secret() throws(VaultError) -> SecretBytes {
    try check()
    var length = 0
    guard let start = unsafe vault_keyring_secret(call, &length) else { throw Self.malformed }
    guard length <= SecretBytes.longestSecret else {
      throw VaultError(
        .damaged,
        "the desktop keyring has a secret longer than \(SecretBytes.longestSecret) bytes there")
    }
    return try SecretBytes(capacity: length) { (output) throws(VaultError) in
      unsafe output.withUnsafeMutableBytes { buffer, initialized in
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(start: start, count: length))
        initialized = length
      }
    }
  }

  /// How a question to the user has ended, and the object that it brings, if any.
  func answer() throws(VaultError) -> (isDismissed: Bool, object: String?) {
    try check()
    var isDismissed = false
    var object: UnsafePointer<CChar>?
    guard unsafe vault_keyring_answer(call, &isDismissed, &object) else { throw Self.malformed }
    return (isDismissed, unsafe object.map { unsafe String(cString: $0) })
  }
}
