@testable import SealedFormat
@testable import Vault

/// A record of the index and its secret, built byte by byte.
struct ForgedEntry {
  var kind: UInt8 = 1
  /// Of a tombstone, the kind of what was removed.
  var removedKind: UInt8 = 0
  /// Random where nothing else is said.
  var identifier: [UInt8]?
  /// When it was stored; of a tombstone, when it was removed.
  var created: UInt64 = 1_800_000_000
  var port: UInt16 = 0
  var name: String
  var path = ""
  var account = ""
  var username = "alice"
  var serverURL = ""
  var spellings: [String] = []
  /// In the order in which they are written.
  var attributes: [(tag: UInt16, value: [UInt8])] = []
  /// Nil for a record without a secret.
  var secret: [UInt8]? = Array("correct horse battery staple".utf8)
  /// Another entry that the secret is sealed for.
  var sealedFor: [UInt8]?
  /// What is changed in the padded secret, before it is sealed.
  var editPadded: Edit = { _ in }
  /// What is changed in the sealed secret; the index gives the length that it then has.
  var editSealed: Edit = { _ in }
  /// What is changed in the body behind identifier and secret length; the record gives the length that it
  /// then has.
  var editContent: Edit = { _ in }

  static func registry(_ name: String, port: UInt16 = 0, path: String = "") -> ForgedEntry {
    var entry = ForgedEntry(port: port, name: name, path: path)
    let authority = port == 0 ? name : "\(name):\(port)"
    entry.spellings = ["docker://" + (path.isEmpty ? authority : "\(authority)/\(path)")]
    return entry
  }

  static func other(_ kind: UInt8, _ name: String) -> ForgedEntry {
    var entry = ForgedEntry(kind: kind, name: name)
    entry.spellings = [name]
    return entry
  }

  /// What a logout leaves.
  static func tombstone(_ removedKind: UInt8, _ name: String) -> ForgedEntry {
    ForgedEntry(kind: 6, removedKind: removedKind, name: name, secret: nil)
  }

  /// A record of a kind of a later version, whose content means nothing.
  static func unknown(_ kind: UInt8, _ content: [UInt8], secret: [UInt8]? = nil) -> ForgedEntry {
    var entry = ForgedEntry(kind: kind, name: "", secret: secret)
    entry.editContent = { $0 = content }
    return entry
  }

  /// Adds an attribute behind those that are there.
  mutating func add(_ tag: UInt16, _ value: [UInt8]) { attributes.append((tag, value)) }

  /// Nonce, ciphertext and tag of the secret.
  func sealedSecret(
    identifier: [UInt8], vault: [UInt8], key: [UInt8], _ random: inout SeededBytes
  ) throws -> [UInt8] {
    guard let secret else { return [] }
    var padded = .number(UInt32(secret.count)) + secret
    while !padded.count.isMultiple(of: 256) { padded.append(0) }
    editPadded(&padded)
    let nonce = try random.next(24)
    let associated = Array("vault 1 entry".utf8) + vault + (sealedFor ?? identifier)
    var sealed =
      nonce
      + (try AuthenticatedCipher.seal(padded, key: key, nonce: nonce, associated: associated))
    editSealed(&sealed)
    return sealed
  }

  /// The record.
  func record(identifier: [UInt8], secretLength: Int) throws -> [UInt8] {
    var content: [UInt8] = kind == 6 ? [removedKind] : []
    try content.append(text: name)
    content += .number(port)
    for text in [path, account] { try content.append(text: text) }
    content += .number(created)
    if kind != 6 {
      for text in [username, serverURL] { try content.append(text: text) }
      content += .number(UInt16(spellings.count))
      for spelling in spellings { try content.append(text: spelling) }
    }
    content += Self.encoded(attributes)
    editContent(&content)
    let body = identifier + .number(UInt32(secretLength)) + content
    return [kind] + .number(UInt32(body.count)) + body
  }

  /// Attributes, whether or not they are in order.
  static func encoded(_ attributes: [(tag: UInt16, value: [UInt8])]) -> [UInt8] {
    attributes.flatMap {
      .number($0.tag) + .number(UInt16(truncatingIfNeeded: $0.value.count)) + $0.value
    }
  }

  /// Whether it stands before another in an index.
  func precedes(_ other: ForgedEntry) -> Bool {
    if kind != other.kind { return kind < other.kind }
    if removedKind != other.removedKind { return removedKind < other.removedKind }
    for (one, other) in [(name, other.name)] where !one.utf8.elementsEqual(other.utf8) {
      return one.utf8.lexicographicallyPrecedes(other.utf8)
    }
    if port != other.port { return port < other.port }
    for (one, other) in [(path, other.path), (account, other.account)]
    where !one.utf8.elementsEqual(other.utf8) {
      return one.utf8.lexicographicallyPrecedes(other.utf8)
    }
    return false
  }
}
