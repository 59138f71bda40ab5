/// What a record of the index is for, as bytes: for comparing without making a text of anything.
///
/// Its order is that of the records.
struct RecordKey: Comparable {
  /// The kinds of records that this version knows.
  enum Kind {
    static let registry: UInt8 = 1
    static let keyserver: UInt8 = 2
    static let endpoint: UInt8 = 3
    static let helperKey: UInt8 = 4
    static let migration: UInt8 = 5
    /// What a logout leaves.
    static let tombstone: UInt8 = 6
  }

  let kind: UInt8
  /// Of a tombstone, the kind of what was removed; else 0.
  let removedKind: UInt8
  let name: ArraySlice<UInt8>
  let port: UInt16
  let path: ArraySlice<UInt8>
  let account: ArraySlice<UInt8>

  /// Reads the key of a record of a known kind.
  init(kind: UInt8, from reader: inout ByteReader) throws(VaultError) {
    self.kind = kind
    removedKind = kind == Kind.tombstone ? try reader.number() : 0
    name = try reader.textBytes()
    port = try reader.number()
    path = try reader.textBytes()
    account = try reader.textBytes()
    try checkForm()
  }

  init(_ key: CredentialRecord.Key) {
    removedKind = 0
    let text: String
    switch key {
    case .registry(let scope, _):
      (kind, text, port) = (Kind.registry, scope.host, scope.port ?? 0)
      path = Array(scope.path.utf8)[...]
      name = Array(text.utf8)[...]
      account = Array(key.account.name.utf8)[...]
      return
    case .keyserver(let uri): (kind, text) = (Kind.keyserver, uri)
    case .endpoint(let name): (kind, text) = (Kind.endpoint, name)
    case .helperKey(let name, _): (kind, text) = (Kind.helperKey, name)
    case .migration(let name, _): (kind, text) = (Kind.migration, name)
    }
    port = 0
    path = []
    name = Array(text.utf8)[...]
    account = Array(key.account.name.utf8)[...]
  }

  private init(tombstoneOf key: RecordKey) {
    kind = Kind.tombstone
    removedKind = key.kind
    (name, port, path, account) = (key.name, key.port, key.path, key.account)
  }

  /// The least key of the same host and port.
  var host: RecordKey { RecordKey(hostOf: self) }

  private init(hostOf key: RecordKey) {
    (kind, removedKind, name, port) = (key.kind, key.removedKind, key.name, key.port)
    path = []
    account = []
  }

  /// The key of the tombstone that the removal of a login leaves; nil for what is no login.
  var tombstone: RecordKey? {
    kind < Kind.migration ? RecordKey(tombstoneOf: self) : nil
  }

  /// Appends what `init(kind:from:)` reads.
  func append(to bytes: inout [UInt8]) throws(VaultError) {
    if kind == Kind.tombstone { bytes.append(removedKind) }
    try bytes.append(text: name)
    bytes.append(number: port)
    try bytes.append(text: path)
    try bytes.append(text: account)
  }

  /// The key of a credential.
  func credentialKey() throws(VaultError) -> CredentialRecord.Key {
    let name = try String(utf8: name)
    let account = try Account(String(utf8: account))
    switch kind {
    case Kind.registry:
      let scope = RegistryScope(
        host: name, port: port == 0 ? nil : port, path: try String(utf8: path))
      return .registry(scope, account: account)
    case Kind.keyserver: return .keyserver(name)
    case Kind.endpoint: return .endpoint(name)
    case Kind.helperKey: return .helperKey(name, account: account)
    case Kind.migration: return .migration(name, account: account)
    default: throw VaultError(.internalFault, "kind \(kind) is no credential's")
    }
  }

  private func checkForm() throws(VaultError) {
    let target = kind == Kind.tombstone ? removedKind : kind
    guard kind != Kind.tombstone || (Kind.registry..<Kind.migration).contains(target) else {
      throw VaultError(.damaged, "its index has the removal of what is no login")
    }
    if target == Kind.registry {
      guard !name.isEmpty, port != 443 else {
        throw VaultError(.damaged, "its index has an address in a form that is not written")
      }
    } else if port != 0 || !path.isEmpty {
      throw VaultError(.damaged, "its index has a port or path where none belongs")
    }
    guard account.isEmpty || (target != Kind.keyserver && target != Kind.endpoint),
      Account.isName(account)
    else { throw VaultError(.damaged, "its index has an account where none belongs, or no name") }
  }

  static func < (one: RecordKey, other: RecordKey) -> Bool {
    if one.kind != other.kind { return one.kind < other.kind }
    if one.removedKind != other.removedKind { return one.removedKind < other.removedKind }
    if one.name != other.name { return one.name.lexicographicallyPrecedes(other.name) }
    if one.port != other.port { return one.port < other.port }
    if one.path != other.path { return one.path.lexicographicallyPrecedes(other.path) }
    return one.account.lexicographicallyPrecedes(other.account)
  }
}
