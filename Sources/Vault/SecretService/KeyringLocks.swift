internal import SealedFormat

/// Which collections of the keyring are locked.
struct KeyringLocks {
  /// Whether the collection for new items is locked; nil if there is none.
  let isDefaultLocked: Bool?
  /// Whether any collection is unlocked, so that a search asks nobody.
  let isSearchable: Bool
  /// The locked collections that hide what is looked for.
  let locked: [String]

  /// Looks at the collection for new items, and at the others only if that is locked or missing.
  ///
  /// - Parameter lock: The call that asks whether that collection is locked.
  init(
    isDefaultLocked lock: KeyringReply, _ connection: inout KeyringConnection
  ) throws(VaultError) {
    try connection.wait(for: lock)
    isDefaultLocked = try Self.isLocked(lock)
    guard isDefaultLocked != false else {
      isSearchable = true
      locked = []
      return
    }
    let list = try connection.call(.collections)
    let all = list.failure?.isMissing == true ? [] : try list.paths()
    let states = try connection.exchange(all.map { .isLocked($0) })
    var locked: [String] = []
    var isSearchable = false
    for (path, state) in zip(all, states) {
      switch try Self.isLocked(state) {
      case true?: locked.append(path)
      case false?: isSearchable = true
      case nil: continue
      }
    }
    self.isSearchable = isSearchable
    self.locked = isDefaultLocked == true ? [SecretService.defaultCollection] : locked
  }

  /// Whether a collection is locked; nil if there is no such collection.
  static func isLocked(_ reply: KeyringReply) throws(VaultError) -> Bool? {
    if let failure = reply.failure, failure.isMissing { return nil }
    return try reply.boolean()
  }
}
