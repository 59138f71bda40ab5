package import SealedFormat

/// Opening a vault by a program whose output is a key file.
///
/// One process at a time runs it. The vault then stays unlocked, so that those who waited, and later commands,
/// need not run it.
extension VaultAccess {
  /// The program that the settings name for a vault, or nil.
  package func recordedCommand(for vault: SealedVault) -> KeyCommand? {
    settings.keyCommands[vault.identifier.hexadecimal].map { KeyCommand($0, programs) }
  }

  /// Opens the vault by the program that the settings name for it; nil if there is none, or if it fails.
  func openByRecordedCommand(
    _ vault: SealedVault, _ warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    guard let command = recordedCommand(for: vault) else { return nil }
    func explain(_ reason: String) {
      warn("The program that the settings name does not open the vault: \(reason)")
    }
    let turn: ProgramTurn?
    do throws(VaultError) { turn = try self.turn("key", vault) } catch {
      explain("another command waits for it")
      return nil
    }
    if let store = try openUnlocked(vault) { return store }
    let secret: SlotSecret
    do throws(VaultError) {
      secret = try command.secret(warn: warn)
    } catch {
      // A signal that ends us is no failure of the program.
      if case .interrupted = error.code { throw error }
      explain(error.message)
      return nil
    }
    if let store = try openAndUnlock(vault, with: secret, turn) { return store }
    explain("its key is another vault's")
    return nil
  }

  /// Opens the vault by a program that is named here and now; nil if its key is another vault's.
  ///
  /// - Throws: What the program's failure is, because nothing else takes its place.
  func open(
    _ vault: SealedVault, by command: KeyCommand, _ warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    let turn = try self.turn("key", vault)
    // An option means this program, whatever else has opened the vault.
    if option == nil, let store = try openUnlocked(vault) { return store }
    return try openAndUnlock(vault, with: try command.secret(warn: warn), turn)
  }

  private func openAndUnlock(
    _ vault: SealedVault, with secret: borrowing SlotSecret, _ turn: borrowing ProgramTurn?
  ) throws(VaultError) -> VaultStore? {
    guard let store = try open(vault, with: secret) else { return nil }
    // Where the kernel keeps no keys the program is run each time.
    try? store.unlock(timeout: settings.unlockTimeout)
    return store
  }
}
