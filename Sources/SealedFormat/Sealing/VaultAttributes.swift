/// What the index says of the vault as a whole.
struct VaultAttributes: Equatable {
  private enum Tag {
    static let parent: UInt16 = 1
    static let slots: UInt16 = 2
  }

  /// Index nonce and tag of the state that was changed to this one; nil in a new vault.
  var parent: [UInt8]?
  /// What is known of slots, by their identifier.
  var slots: [[UInt8]: SlotNote] = [:]
  private var unknown = Attributes()

  init() {}

  /// Reads them.
  ///
  /// - Throws: `configuration` for one that this version would have to know.
  init(_ bytes: ArraySlice<UInt8>) throws(VaultError) {
    let attributes = try Attributes(bytes)
    unknown = attributes.filter { $0 != Tag.parent && $0 != Tag.slots }
    guard unknown.tags.allSatisfy({ $0 & Attributes.criticalBit == 0 }) else {
      throw VaultError(
        .configuration, "it has something that this program does not know: use a newer one")
    }
    if let bytes = attributes[Tag.parent] {
      guard bytes.count == SealedVault.stateLength else { throw Attributes.default }
      parent = Array(bytes)
    }
    if let bytes = attributes[Tag.slots] { slots = try Self.readSlots(bytes) }
  }

  private static func readSlots(
    _ bytes: ArraySlice<UInt8>
  ) throws(VaultError) -> [[UInt8]: SlotNote] {
    var reader = ByteReader(bytes)
    var notes: [[UInt8]: SlotNote] = [:]
    var last: [UInt8] = []
    repeat {
      let identifier = Array(try reader.take(Slot.identifierLength))
      guard last.lexicographicallyPrecedes(identifier) else {
        throw VaultError(.damaged, "its notes on slots are not in order")
      }
      last = identifier
      let note = SlotNote(created: try reader.time(), label: try reader.text())
      guard !note.isEmpty else { throw Attributes.default }
      notes[identifier] = note
    } while reader.remaining > 0
    return notes
  }

  func encoded() throws(VaultError) -> [UInt8] {
    var attributes = unknown
    attributes[Tag.parent] = parent.map { $0[...] }
    var bytes: [UInt8] = []
    let ordered = slots.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (identifier, note) in ordered where !note.isEmpty {
      bytes += identifier
      bytes.append(number: UInt64(clamping: note.created))
      try bytes.append(text: note.label)
    }
    if !bytes.isEmpty { attributes[Tag.slots] = bytes[...] }
    return try attributes.encoded()
  }
}

/// What a vault remembers of one of its slots.
package struct SlotNote: Equatable, Sendable {
  /// When it was made, in seconds since 1970; 0 if that is not known.
  package var created: Int64 = 0
  /// The user's name for it; may be empty.
  package var label = ""

  package init(created: Int64 = 0, label: String = "") {
    self.created = created
    self.label = label
  }

  var isEmpty: Bool { created == 0 && label.isEmpty }
}
