extension SealedVault {
  /// A slot that was opened, and the vault key that it holds.
  private struct Opened: ~Copyable {
    let slot: Slot
    let key: VaultKey
  }

  /// Tries a secret on every slot of its kind.
  ///
  /// - Parameters:
  ///   - secret: A passphrase or the bytes of a key file.
  ///   - machineMemory: What this process may use, in KiB; a slot that wants more than half is refused.
  ///     Read only where there is a passphrase to try, as it takes a dozen system calls.
  /// - Returns: The vault key, or nil where no slot fits.
  /// - Throws: `damaged` where a slot fits and does not hold what it should; `unavailable` where there
  ///   is not the memory to try.
  package func unlock(
    with secret: borrowing SlotSecret, machineMemory: @autoclosure () -> UInt64
  ) throws(VaultError) -> VaultKey? {
    guard let opened = try firstSlot(openedBy: secret, machineMemory()) else { return nil }
    return opened.key
  }

  /// The slot that a secret opens, or nil.
  ///
  /// - Parameters:
  ///   - secret: A passphrase or key file.
  ///   - machineMemory: As for `unlock`.
  /// - Returns: The first slot that fits.
  /// - Throws: `damaged` where a slot fits and does not hold what it should; `unavailable` where there
  ///   is not the memory to try.
  package func slot(
    openedBy secret: borrowing SlotSecret, machineMemory: @autoclosure () -> UInt64
  ) throws(VaultError) -> Slot? {
    guard let opened = try firstSlot(openedBy: secret, machineMemory()) else {
      return nil
    }
    return opened.slot
  }

  private func firstSlot(
    openedBy secret: borrowing SlotSecret, _ machineMemory: @autoclosure () -> UInt64
  ) throws(VaultError) -> Opened? {
    var tooLarge: VaultError?
    for slot in slots {
      switch (slot.kind, secret.kind) {
      case (.passphrase(let derivation, let salt), .passphrase):
        do throws(VaultError) { try derivation.checkFits(machineMemory: machineMemory()) } catch {
          tooLarge = error  // another passphrase slot may want less
          continue
        }
        let slotKey = try derivation.key(from: secret.bytes, salt: salt)
        if let key = try slot.unwrap(with: slotKey, binding: binding) {
          return Opened(slot: slot, key: key)
        }
      case (.keyFile, .keyFile), (.secretService, .secretService), (.sshAgent, .sshAgent):
        if let key = try slot.unwrap(with: secret.bytes, binding: binding) {
          return Opened(slot: slot, key: key)
        }
      case (.passphrase, _), (.keyFile, _), (.secretService, _), (.sshAgent, _), (.unknown, _):
        continue
      }
    }
    if let tooLarge { throw tooLarge }
    return nil
  }

  /// The slots whose keys the desktop keyring holds.
  package var keyringSlots: [Slot] {
    slots.filter { $0.takes(.secretService) }
  }

  /// Whether the desktop keyring could open it.
  package var canAskKeyring: Bool { !keyringSlots.isEmpty }

  /// The slots that keys of an SSH agent open.
  package var sshAgentSlots: [Slot] { slots.filter { $0.takes(.sshAgent) } }

  /// Whether a passphrase could open it.
  package var canTakePassphrase: Bool {
    slots.contains { $0.takes(.passphrase) }
  }
}
