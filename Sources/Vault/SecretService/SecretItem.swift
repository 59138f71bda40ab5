/// What the desktop keyring tells of an item without its secret; it does so also while it is locked.
struct SecretItem: Sendable, Equatable {
  /// The object on the bus.
  let path: String
  let attributes: [String: String]
  let label: String
  let isLocked: Bool
  /// In seconds since 1970.
  let created: UInt64
  let modified: UInt64

  static let interface = "org.freedesktop.Secret.Item"

  /// Reads the properties of an item.
  init(path: String, properties reader: inout BusReader) throws(VaultError) {
    self.path = path
    var attributes: [String: String] = [:]
    var label = ""
    var isLocked = false
    var created: UInt64 = 0
    var modified: UInt64 = 0
    let end = try reader.beginArray(of: 8)
    while try reader.hasMore(until: end) {
      try reader.align(to: 8)
      let name = try reader.text()
      let type = try reader.signature()
      switch (name, type) {
      case ("Attributes", "a{ss}"): attributes = try reader.textDictionary()
      case ("Label", "s"): label = try reader.text()
      case ("Locked", "b"): isLocked = try reader.boolean()
      case ("Created", "t"): created = try reader.uint64()
      case ("Modified", "t"): modified = try reader.uint64()
      // Another type than the specification's: nothing that it says can be relied on.
      case ("Attributes", _), ("Locked", _): throw BusReader.malformed
      default: try reader.skip(type)
      }
    }
    self.attributes = attributes
    self.label = label
    self.isLocked = isLocked
    self.created = created
    self.modified = modified
  }
}
