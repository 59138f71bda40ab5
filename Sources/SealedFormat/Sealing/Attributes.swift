/// What a record, or the vault, carries beyond its fixed fields: values by tag, each tag at most once.
///
/// A default is not written, so that every state has one encoding. What is not known is kept.
struct Attributes: Equatable {
  /// Set in a tag that a reader has to know to make anything of the record.
  static let criticalBit: UInt16 = 0x8000
  /// Set in a tag that says something of the secret, and goes when that is replaced.
  static let ofSecretBit: UInt16 = 0x4000

  /// In the order of their tags.
  private var values: [(tag: UInt16, bytes: ArraySlice<UInt8>)] = []

  init() {}

  /// Reads all of `bytes`.
  init(_ bytes: ArraySlice<UInt8>) throws(VaultError) {
    var reader = ByteReader(bytes)
    while reader.remaining > 0 {
      let tag: UInt16 = try reader.number()
      if let last = values.last, last.tag >= tag {
        throw VaultError(.damaged, "its attributes are not in order")
      }
      values.append((tag, try reader.textBytes()))
    }
  }

  var isEmpty: Bool { values.isEmpty }
  var tags: [UInt16] { values.map(\.tag) }

  /// The encoded form.
  func encoded() throws(VaultError) -> [UInt8] {
    var encoded: [UInt8] = []
    for (tag, bytes) in values {
      encoded.append(number: tag)
      try encoded.append(text: bytes)
    }
    return encoded
  }

  subscript(tag: UInt16) -> ArraySlice<UInt8>? {
    get { values.first { $0.tag == tag }?.bytes }
    set {
      values.removeAll { $0.tag == tag }
      guard let newValue else { return }
      let place = values.firstIndex { $0.tag > tag } ?? values.endIndex
      values.insert((tag, newValue), at: place)
    }
  }

  /// Those whose tag satisfies a condition.
  func filter(_ isKept: (UInt16) -> Bool) -> Attributes {
    var kept = self
    kept.values.removeAll { !isKept($0.tag) }
    return kept
  }

  static func == (one: Attributes, other: Attributes) -> Bool {
    one.values.elementsEqual(other.values, by: ==)
  }
}

// MARK: - Values

extension Attributes {
  /// A text that is not empty, or nil.
  func text(_ tag: UInt16) throws(VaultError) -> String? {
    guard let bytes = self[tag] else { return nil }
    guard !bytes.isEmpty else { throw Self.default }
    return try String(utf8: bytes)
  }

  /// A time other than 0, or nil.
  func time(_ tag: UInt16) throws(VaultError) -> Int64? {
    guard let bytes = self[tag] else { return nil }
    var reader = ByteReader(bytes)
    let time = try reader.time()
    guard reader.remaining == 0, time != 0 else { throw Self.default }
    return time
  }

  mutating func set(_ tag: UInt16, text: String?) {
    self[tag] = text.flatMap { $0.isEmpty ? nil : Array($0.utf8)[...] }
  }

  mutating func set(_ tag: UInt16, time: Int64?) {
    self[tag] = nil
    guard let time, time > 0 else { return }
    var bytes: [UInt8] = []
    bytes.append(number: UInt64(time))
    self[tag] = bytes[...]
  }

  static var `default`: VaultError {
    VaultError(.damaged, "an attribute of its index has a value that is not written")
  }
}
