/// What stands in the head of a message that came in.
struct BusHead {
  enum Kind: UInt8 {
    case methodCall = 1
    case methodReturn, error, signal
  }

  /// The bytes of a head before its fields.
  static let fixedLength = 16
  private static let longestFields = 64 * 1024

  /// Nil for a kind that a later version may have brought, which is to be passed over.
  let kind: Kind?
  let bodyLength: Int
  /// The length of the fields with the filler before the body.
  let fieldsLength: Int
  private(set) var replySerial: UInt32?
  private(set) var errorName = ""
  private(set) var signature = ""
  private(set) var path = ""
  private(set) var interface = ""
  private(set) var member = ""

  /// Reads the bytes before the fields.
  init(fixed bytes: [UInt8]) throws(VaultError) {
    var reader = BusReader(bytes.bytes)
    let order = try reader.byte()
    kind = Kind(rawValue: try reader.byte())
    _ = try reader.byte()
    let version = try reader.byte()
    bodyLength = Int(try reader.uint32())
    _ = try reader.uint32()
    let length = Int(try reader.uint32())
    guard order == UInt8(ascii: "l"), version == 1, length <= Self.longestFields else {
      throw BusReader.malformed
    }
    fieldsLength = (length + 7) / 8 * 8
    endOfFields = length
  }

  private let endOfFields: Int

  /// Reads the fields and the filler behind them.
  mutating func read(fields bytes: [UInt8]) throws(VaultError) {
    var reader = BusReader(bytes.bytes)
    while try reader.hasMore(until: endOfFields) {
      try reader.align(to: 8)
      let code = try reader.byte()
      let type = try reader.signature()
      switch (code, type) {
      case (1, "o"): path = try reader.text()
      case (2, "s"): interface = try reader.text()
      case (3, "s"): member = try reader.text()
      case (4, "s"): errorName = try reader.text()
      case (5, "u"): replySerial = try reader.uint32()
      case (8, "g"): signature = try reader.signature()
      default: try reader.skip(type)
      }
    }
  }
}

/// The answer to a call, or a signal.
struct BusReply {
  let head: BusHead
  let body: [UInt8]

  /// The failure that it is, where it is one.
  var failure: BusFailure? { BusFailure(head, body: body.bytes) }

  /// A reader of its body, which must have the types that are expected.
  ///
  /// - Throws: What `explain` makes of a failure; `unreachable` for other types.
  func values<Result>(
    _ signature: String, explain: (BusFailure) -> VaultError = \.explained,
    _ body: (inout BusReader) throws(VaultError) -> Result
  ) throws(VaultError) -> Result {
    if let failure { throw explain(failure) }
    guard head.signature == signature else { throw BusReader.malformed }
    var reader = BusReader(self.body.bytes)
    let result = try body(&reader)
    guard reader.isAtEnd else { throw BusReader.malformed }
    return result
  }
}

/// The answer to a call that asks for a secret: its body has never been anywhere else.
struct BusSecretReply: ~Copyable {
  let head: BusHead
  let body: SecretBytes

  var failure: BusFailure? { BusFailure(head, body: body.bytes) }

  consuming func takeBody() -> SecretBytes { body }
}

/// An answer that says that a call has failed.
struct BusFailure: Error {
  let name: String
  /// The service's own words, perhaps none.
  let text: String

  init?(_ head: BusHead, body: RawSpan) {
    guard head.kind == .error else { return nil }
    name = head.errorName
    var reader = BusReader(body)
    text = head.signature.hasPrefix("s") ? (try? reader.text()) ?? "" : ""
  }

  /// Whether the keyring is locked.
  var isLocked: Bool { name == "org.freedesktop.Secret.Error.IsLocked" }

  /// Whether what was named is not there, or no longer.
  var isMissing: Bool {
    [
      "org.freedesktop.Secret.Error.NoSuchObject", "org.freedesktop.DBus.Error.UnknownObject",
      "org.freedesktop.DBus.Error.UnknownMethod", "org.freedesktop.DBus.Error.UnknownInterface",
    ].contains(name)
  }

  /// The failure in words for people, with the way out.
  var explained: VaultError {
    switch name {
    case "org.freedesktop.Secret.Error.IsLocked": .keyringIsLocked
    case "org.freedesktop.DBus.Error.NameHasNoOwner",
      "org.freedesktop.DBus.Error.ServiceUnknown":
      VaultError(.unreachable, "no desktop keyring runs on the session bus", cause: self)
    case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected":
      VaultError(
        .unreachable, "the desktop keyring ended before it answered: try again", cause: self)
    case "org.freedesktop.DBus.Error.AccessDenied":
      VaultError(
        .refused, "the desktop keyring refuses: \(words)", cause: self)
    default:
      VaultError(.unreachable, "the desktop keyring fails: \(words)", cause: self)
    }
  }

  /// The service's words, shortened: they are not ours.
  private var words: String {
    String((text.isEmpty ? name : text).prefix(300)).escapingControls
  }
}

extension VaultError {
  /// There is no collection for new items.
  static var keyringHasNoDefault: VaultError {
    VaultError(
      .configuration,
      "the desktop keyring has no default keyring to keep anything in: make one in its own program "
        + "and mark it as the default, then try again")
  }

  /// The keyring is there and locked, so nobody knows what it has.
  static var keyringIsLocked: VaultError {
    VaultError(
      .unavailable,
      "the desktop keyring is locked: unlock it in the desktop session, as by its password "
        + "program, then try again")
  }
}
