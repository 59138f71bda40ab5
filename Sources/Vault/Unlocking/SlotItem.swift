internal import SealedFormat

/// The item of the desktop keyring that holds the key of one slot.
///
/// Its attributes, which every program of the session can read, say which slot it is for, and its label
/// what it is; no registry is named. The key is base64 text, because programs that show a keyring's
/// items expect text.
struct SlotItem {
  private static let label = "Key of a sealed vault of container registry logins"

  private let attributes: [String: String]

  init(vaultID: [UInt8], slot: Slot) {
    attributes = ["vault": vaultID.hexadecimal, "slot": slot.name, "v": "1"]
  }

  /// Has the keyring keep the key.
  ///
  /// - Throws: `unreachable` where there is no keyring, `unavailable` where it is locked, `refused` where
  ///   the user dismissed its question.
  func keep(_ key: borrowing SecretBytes, in access: KeyringAccess) throws(VaultError) {
    let text = try Base64.encode(key.bytes)
    var service = try SecretService(access, needsSecrets: true)
    guard service.locks.isDefaultLocked != nil else { throw VaultError.keyringHasNoDefault }
    try service.unlockDefault()
    _ = try service.keep(label: Self.label, attributes: attributes, secret: text)
  }

  /// Has the keyring forget the key.
  func remove(from access: KeyringAccess) throws(VaultError) {
    var service = try SecretService(access, needsSecrets: false)
    for path in try service.search([attributes]).flatMap({ $0 }) { try service.delete(path) }
  }

  /// Gives `use` the keys that the keyring holds for some slots, until it returns true.
  ///
  /// An item that is bad or held back hides no other.
  ///
  /// - Throws: As `keep`; if no key was of use, what was wrong with the first item: `damaged` if it is no key.
  static func find(
    vaultID: [UInt8], _ slots: [Slot], in access: KeyringAccess,
    _ use: (borrowing SlotSecret) throws(VaultError) -> Bool
  ) throws(VaultError) {
    let items = slots.map { SlotItem(vaultID: vaultID, slot: $0) }
    var service = try SecretService(access, needsSecrets: true)
    var isAnyFound = false
    var fault: VaultError?
    for path in try service.search(items.map(\.attributes)).flatMap({ $0 }) {
      do throws(VaultError) {
        guard let text = try service.secret(of: path) else { continue }
        isAnyFound = true
        if try use(SlotSecret(kind: .secretService, bytes: try key(in: text))) { return }
      } catch {
        // Those who dismissed one question are not asked another.
        guard error.code == .damaged || error.code == .unavailable else { throw error }
        fault = fault ?? error
      }
    }
    if let fault { throw fault }
    guard !isAnyFound else { return }
    // Some keyrings tell nothing of what they have while they are locked.
    guard service.locks.isDefaultLocked != true else { throw VaultError.keyringIsLocked }
    throw VaultError(
      .notFound, "it holds no key for this vault: it was reset, or is another machine's")
  }

  private static func key(in text: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    guard let key = try? Base64.decode(text.bytes), key.count == VaultKey.length else {
      throw VaultError(.damaged, "what it holds for this vault is no key")
    }
    return key
  }
}

extension OpenVault {
  /// Stores a slot's key in the desktop keyring, before the slot is written to any file.
  ///
  /// Slots of other kinds need nothing stored.
  borrowing func keep(
    _ secret: borrowing SlotSecret, of slot: Slot, in keyring: KeyringAccess?
  ) throws(VaultError) {
    guard case .secretService = secret.kind else { return }
    guard let keyring else {
      throw VaultError(.internalFault, "there is no keyring to keep the key of a slot")
    }
    try SlotItem(vaultID: identifier, slot: slot).keep(secret.bytes, in: keyring)
  }
}
