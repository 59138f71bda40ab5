/// The desktop keyring, spoken to over the session bus: the Secret Service API, draft 0.2.
///
/// A session is `plain`: a secret crosses the bus as it is. Whoever can listen to the session bus is
/// the same user, and could as well ask for it.
struct SecretService: ~Copyable {
  private static let name = "org.freedesktop.secrets"
  private static let path = "/org/freedesktop/secrets"
  private static let interface = "org.freedesktop.Secret.Service"
  private static let collectionInterface = "org.freedesktop.Secret.Collection"
  private static let promptInterface = "org.freedesktop.Secret.Prompt"
  private static let properties = "org.freedesktop.DBus.Properties"
  /// The collection in which new items are kept.
  private static let defaultCollection = "/org/freedesktop/secrets/aliases/default"
  /// How often its own time an answer of a person's may take: a minute usually.
  private static let promptPatience = 20
  /// The path that stands for no object.
  private static let noObject = "/"

  private let access: KeyringAccess
  private var bus: BusConnection
  private let session: String
  /// The answers to the calls with which it was opened.
  let firstReplies: [BusReply]

  /// Connects, and makes the first calls in the same breath: each round trip is a good part of the
  /// time that a look-up takes.
  ///
  /// - Parameters:
  ///   - access: Where the bus is, and how long to wait.
  ///   - needsSecrets: Whether a session is opened, in which secrets can be handed over.
  ///   - calls: Calls that need no session.
  /// - Throws: `unreachable` where there is no bus, no keyring or no answer.
  init(
    _ access: KeyringAccess, needsSecrets: Bool, _ calls: [BusCall]
  ) throws(VaultError) {
    guard let address = access.address else {
      throw VaultError(
        .unreachable,
        "there is no session bus, and so no desktop keyring: neither DBUS_SESSION_BUS_ADDRESS nor "
          + "XDG_RUNTIME_DIR leads to one")
    }
    var bus = try BusConnection(address, timeout: access.timeout)
    var opening = [Self.busCall("Hello"), Self.busCall("NameHasOwner", Self.name)]
    if needsSecrets { opening.append(Self.openSession) }
    let replies = try bus.exchange(opening + calls)
    try replies[0].values("s") { reader throws(VaultError) in _ = try reader.text() }
    let isThere = try replies[1].values("b") { reader throws(VaultError) in try reader.boolean() }
    guard isThere else {
      throw VaultError(
        .unreachable,
        "no desktop keyring runs on the session bus: start one, such as gnome-keyring or KeePassXC "
          + "with its Secret Service, or keep logins in the sealed file")
    }
    var session = ""
    if needsSecrets {
      session = try replies[2].values("vo", explain: Self.explainSession) {
        reader throws(VaultError) in
        try reader.skip("v")
        return try reader.text()
      }
    }
    self.access = access
    self.bus = bus
    self.session = session
    firstReplies = Array(replies[opening.count...])
  }

  private static func explainSession(_ failure: BusFailure) -> VaultError {
    guard failure.name == "org.freedesktop.DBus.Error.NotSupported" else {
      return failure.explained
    }
    return VaultError(
      .unreachable, "the desktop keyring does not hand secrets over as we ask (session type plain)",
      cause: failure)
  }

  // MARK: Calls

  private static func busCall(_ member: String, _ argument: String? = nil) -> BusCall {
    var call = BusCall(
      destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus", member: member)
    if let argument {
      call.signature = "s"
      call.body.write(argument)
    }
    return call
  }

  private static func call(
    _ path: String, _ interface: String, _ member: String, _ signature: String = "",
    _ arguments: (inout BusWriter) -> Void = { _ in }
  ) -> BusCall {
    var call = BusCall(
      destination: name, path: path, interface: interface, member: member, signature: signature)
    arguments(&call.body)
    return call
  }

  private static var openSession: BusCall {
    call(path, interface, "OpenSession", "sv") {
      $0.write("plain")
      $0.write(signature: "s")
      $0.write("")
    }
  }

  /// Looks for items that have all of these attributes.
  static func search(_ attributes: [String: String]) -> BusCall {
    call(path, interface, "SearchItems", "a{ss}") { $0.write(attributes) }
  }

  /// The items that a search has found, the unlocked ones first.
  static func found(_ reply: BusReply) throws(VaultError) -> [String] {
    try reply.values("aoao") { reader throws(VaultError) in
      let unlocked = try reader.texts()
      return unlocked + (try reader.texts())
    }
  }

  /// Asks whether the collection for new items is locked.
  static var isDefaultLocked: BusCall {
    call(defaultCollection, properties, "Get", "ss") {
      $0.write(collectionInterface)
      $0.write("Locked")
    }
  }

  /// Whether the collection for new items is locked; nil where there is none.
  static func isLocked(_ replies: some Collection<BusReply>) throws(VaultError) -> Bool? {
    guard let reply = replies.first else { return nil }
    if let failure = reply.failure, failure.isMissing { return nil }
    return try reply.values("v") { reader throws(VaultError) in
      guard try reader.signature() == "b" else { throw BusReader.malformed }
      return try reader.boolean()
    }
  }

  // MARK: Items

  /// Makes calls that need no session.
  mutating func exchange(_ calls: [BusCall]) throws(VaultError) -> [BusReply] {
    try bus.exchange(calls)
  }

  /// What is known of items; those that have gone meanwhile are left out.
  mutating func items(_ paths: [String]) throws(VaultError) -> [SecretItem] {
    let replies = try bus.exchange(
      paths.map { path in
        Self.call(path, Self.properties, "GetAll", "s") { $0.write(SecretItem.interface) }
      })
    var items: [SecretItem] = []
    for (path, reply) in zip(paths, replies) {
      if let failure = reply.failure, failure.isMissing { continue }
      items.append(
        try reply.values("a{sv}") { reader throws(VaultError) in
          try SecretItem(path: path, properties: &reader)
        })
    }
    return items
  }

  /// The secret of an item; nil where the item has gone meanwhile.
  ///
  /// - Throws: `unavailable` where it is locked, `refused` where the user dismissed the question,
  ///   `damaged` for a secret that is too long.
  mutating func secret(of item: String) throws(VaultError) -> SecretBytes? {
    let first = try bus.callForSecret(getSecret(of: item))
    guard let failure = first.failure else { return try Self.secret(in: first) }
    if failure.isMissing { return nil }
    guard failure.isLocked else { throw failure.explained }
    try unlock(item)
    let second = try bus.callForSecret(getSecret(of: item))
    if let failure = second.failure { throw failure.explained }
    return try Self.secret(in: second)
  }

  private func getSecret(of item: String) -> BusCall {
    Self.call(item, SecretItem.interface, "GetSecret", "o") { $0.write(session) }
  }

  private static func secret(
    in reply: consuming BusSecretReply
  ) throws(VaultError) -> SecretBytes {
    guard reply.head.signature == "(oayays)" else { throw BusReader.malformed }
    let place = try secretPlace(in: reply.body)
    guard place.count <= SecretBytes.longestSecret else {
      throw VaultError(
        .damaged,
        "the desktop keyring has a secret longer than \(SecretBytes.longestSecret) bytes there")
    }
    return reply.takeBody().narrowed(to: place)
  }

  /// Where the secret lies in an answer.
  private static func secretPlace(
    in body: borrowing SecretBytes
  ) throws(VaultError) -> Range<Int> {
    var reader = BusReader(body.bytes)
    _ = try reader.text()
    let parameters = try reader.byteArray()
    let place = try reader.byteArray()
    _ = try reader.text()
    // Parameters are those of an encryption that we did not ask for.
    guard reader.isAtEnd, parameters.isEmpty else { throw BusReader.malformed }
    return place
  }

  /// Keeps an item in the default collection, in the place of one with the same attributes.
  ///
  /// - Returns: The item's object.
  /// - Throws: `unavailable` where the collection is locked, `refused` where the user dismissed the
  ///   question, `configuration` where there is no default collection.
  mutating func create(
    label: String, attributes: [String: String], secret: borrowing SecretBytes
  ) throws(VaultError) -> String {
    let call = createCall(label: label, attributes: attributes, secretLength: secret.count)
    var reply = try bus.call(call, carrying: secret)
    if let failure = reply.failure, failure.isLocked {
      try unlock(Self.defaultCollection)
      reply = try bus.call(call, carrying: secret)
    }
    let (item, prompt) = try reply.values("oo", explain: Self.explainCollection) {
      reader throws(VaultError) in
      let item = try reader.text()
      return (item, try reader.text())
    }
    guard prompt != Self.noObject else { return item }
    return try answer(prompt, "o") { reader throws(VaultError) in try reader.text() }
  }

  private func createCall(
    label: String, attributes: [String: String], secretLength: Int
  ) -> BusCall {
    Self.call(Self.defaultCollection, Self.collectionInterface, "CreateItem", "a{sv}(oayays)b") {
      $0.write(arrayOf: 8) { properties in
        properties.align(to: 8)
        properties.write(SecretItem.interface + ".Label")
        properties.write(signature: "s")
        properties.write(label)
        properties.align(to: 8)
        properties.write(SecretItem.interface + ".Attributes")
        properties.write(signature: "a{ss}")
        properties.write(attributes)
      }
      $0.align(to: 8)
      $0.write(session)
      $0.write(uint32: 0)
      $0.write(secretOfLength: secretLength)
      $0.write("text/plain")
      $0.write(boolean: true)
    }
  }

  private static func explainCollection(_ failure: BusFailure) -> VaultError {
    guard failure.isMissing else { return failure.explained }
    return VaultError.keyringHasNoDefault
  }

  /// Removes an item; that it has gone already is no failure.
  mutating func delete(_ item: String) throws(VaultError) {
    let call = Self.call(item, SecretItem.interface, "Delete")
    var reply = try bus.call(call)
    if let failure = reply.failure, failure.isLocked {
      try unlock(item)
      reply = try bus.call(call)
    }
    if let failure = reply.failure, failure.isMissing { return }
    let prompt = try reply.values("o") { reader throws(VaultError) in try reader.text() }
    guard prompt != Self.noObject else { return }
    try answer(prompt, nil) { _ in }
  }

  // MARK: Locks

  /// Has the user unlock the collection for new items.
  mutating func unlockDefault() throws(VaultError) { try unlock(Self.defaultCollection) }

  /// Has the user unlock an item or collection, where there is a display to ask on.
  private mutating func unlock(_ object: String) throws(VaultError) {
    guard access.mayAsk else { throw VaultError.keyringIsLocked }
    let reply = try bus.call(
      Self.call(Self.path, Self.interface, "Unlock", "ao") {
        $0.write(arrayOf: 4) { $0.write(object) }
      })
    let prompt = try reply.values("aoo") { reader throws(VaultError) in
      _ = try reader.texts()
      return try reader.text()
    }
    guard prompt != Self.noObject else { return }
    try answer(prompt, nil) { _ in }
  }

  /// Has the keyring ask the user, and waits for the answer.
  ///
  /// - Parameters:
  ///   - prompt: The question.
  ///   - type: The type of what it brings; nil where that does not matter.
  ///   - read: Reads what it brings.
  /// - Returns: What `read` gives.
  /// - Throws: `unavailable` where nobody may be asked, or nobody answers; `refused` where the question is
  ///   dismissed.
  private mutating func answer<Result>(
    _ prompt: String, _ type: String?, _ read: (inout BusReader) throws(VaultError) -> Result
  ) throws(VaultError) -> Result {
    guard access.mayAsk else { throw VaultError.keyringIsLocked }
    let replies = try bus.exchange([
      Self.busCall(
        "AddMatch",
        "type='signal',sender='\(Self.name)',interface='\(Self.promptInterface)',path='\(prompt)'"),
      Self.busCall(
        "AddMatch",
        "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='\(Self.name)'"),
      Self.call(prompt, Self.promptInterface, "Prompt", "s") { $0.write("") },
    ])
    for reply in replies { try reply.values("") { _ in } }
    let signal = try bus.waitForSignal(patience: access.timeout * Self.promptPatience) {
      ($0.path == prompt && $0.member == "Completed") || $0.member == "NameOwnerChanged"
    }
    guard let signal else {
      // Else the window stays, and an answer to it would come as a surprise.
      _ = try? bus.call(Self.call(prompt, Self.promptInterface, "Dismiss"))
      throw VaultError(
        .unavailable,
        "nobody answered the question of the desktop keyring within "
          + "\(access.timeout * Self.promptPatience): try again")
    }
    guard signal.head.member == "Completed" else {
      throw VaultError(
        .unreachable, "the desktop keyring ended while it asked the user: try again")
    }
    return try signal.values("bv") { reader throws(VaultError) in
      guard try !reader.boolean() else {
        throw VaultError(
          .refused, "the question of the desktop keyring was dismissed: nothing was changed")
      }
      let given = try reader.signature()
      guard let type else {
        try reader.skip(given)
        return try read(&reader)
      }
      guard given == type else { throw BusReader.malformed }
      return try read(&reader)
    }
  }
}
