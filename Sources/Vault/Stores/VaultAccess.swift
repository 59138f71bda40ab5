package import SealedFormat

/// How a program gets at one vault: where it lies, what opens it without asking, and what this host
/// last saw of it.
package struct VaultAccess: Sendable {
  /// The absolute path of the vault.
  package let path: String
  /// What the command line names to open the vault.
  package let option: UnlockSource?
  /// What variables or systemd name.
  private let standing: UnlockSource?
  /// The desktop keyring, with the time that the settings give it.
  package private(set) var keyring: KeyringAccess
  package let settings: Settings
  /// What a program gets that opens the vault.
  let programs: ProgramContext
  private let mark: RollbackMark?
  private let acceptsRollback: Bool

  /// Finds out what there is; the vault is not opened yet.
  ///
  /// - Parameters:
  ///   - path: An absolute path; nil takes the usual one.
  ///   - option: What the command line names to open it.
  ///   - environment: Names files and folders.
  ///   - acceptsRollback: Whether an older, another or a missing vault is taken as it is.
  ///   - isInteractive: Whether the desktop keyring may ask the user.
  ///   - leavesMark: Whether what is seen of the vault is remembered; without it no file is written.
  ///   - programs: What a program gets that opens the vault, and how long it may take.
  /// - Throws: `configuration` where a file cannot be named or used.
  package init(
    path: String? = nil, option: UnlockSource? = nil, environment: Environment,
    acceptsRollback: Bool = false, isInteractive: Bool = false, leavesMark: Bool = true,
    programs: ProgramContext? = nil
  ) throws(VaultError) {
    let vaultPath = if let path { path } else { try environment.vaultFile }
    self.path = vaultPath
    self.acceptsRollback = acceptsRollback
    self.programs =
      programs ?? ProgramContext(environment: environment) { ProgramVariables([:]) }
    // A service without a home folder has neither settings nor marks, and needs none.
    settings = try Settings(environment)
    keyring = KeyringAccess(
      environment: environment, timeout: settings.keyringTimeout,
      isInteractive: isInteractive)
    self.option = option
    standing = try UnlockSource.standing(self.programs)
    mark =
      if let folder = try? environment.stateFolder {
        try RollbackMark(
          vaultPath: vaultPath, folder: folder + "/marks",
          isIgnored: acceptsRollback, isReadOnly: !leavesMark)
      } else {
        nil
      }
  }

  /// The same vault, for which the desktop keyring asks nobody anything.
  package var withoutAsking: VaultAccess {
    var access = self
    access.keyring = keyring.withoutAsking
    return access
  }

  /// What is named, here and now, to open the vault with, or to make it with.
  package var source: UnlockSource? { option ?? standing }

  /// Reads the locked vault from its file; nil if there is none.
  ///
  /// A command calls this once, and hands the result on.
  ///
  /// - Parameter checksDigest: Whether accidental damage is looked for now. `openWithoutAsking` does it
  ///   too, unless the vault is unlocked.
  /// - Throws: `damaged`, `configuration` for an unknown version or an unsafe file or folder,
  ///   `rolledBack` if it is missing and was there.
  package func read(checksDigest: Bool = true) throws(VaultError) -> SealedVault? {
    if let vault = try VaultStore.read(path) {
      if checksDigest { try vault.checkDigest(path: path) }
      return vault
    }
    if acceptsRollback { mark?.forget() }
    try mark?.checkMissing()
    return nil
  }

  /// Opens the vault without asking: by what the command line names, as it is unlocked, or by what
  /// else is named.
  ///
  /// - Parameters:
  ///   - vault: What `read()` gave.
  ///   - keepsUnlocked: Whether a vault that the desktop keyring opens stays unlocked for a while, so that
  ///     the next command need not ask it. If not, the command only looks, and neither runs a program nor
  ///     asks an SSH agent.
  ///   - warn: Is told what is unwise about a file, and why the keyring does not open it.
  /// - Returns: The store, or nil where only a person can open it.
  /// - Throws: `refused` where what is named does not open it, and what `open(_:with:)` throws.
  package func openWithoutAsking(
    _ vault: SealedVault, keepsUnlocked: Bool = true, warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    if option == nil, let store = try openUnlocked(vault) { return store }
    try vault.checkDigest(path: path)
    if let source {
      if case .keyCommand = source, !keepsUnlocked { return nil }
      return try open(vault, by: source, warn)
    }
    if keepsUnlocked, let store = try openByRecordedCommand(vault, warn) { return store }
    // It may have been recorded for another vault, so that it does not fit is no failure.
    if let file = settings.keyFile, let store = try open(vault, byRecordedKeyFile: file, warn) {
      return store
    }
    if vault.canAskKeyring, let store = try openByKeyring(vault, warn: warn) {
      // Where the kernel keeps no keys the keyring is asked each time.
      if keepsUnlocked { try? store.unlock(timeout: settings.unlockTimeout) }
      return store
    }
    guard keepsUnlocked, !vault.sshAgentSlots.isEmpty else { return nil }
    return try openByAgent(vault, warn: warn)
  }

  private func open(
    _ vault: SealedVault, byRecordedKeyFile path: String, _ warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    let secret: SlotSecret
    do throws(VaultError) { secret = try SlotSecret(.keyFile(path), warn: warn) } catch {
      warn("The key file that the settings name is of no use: \(error.message)")
      return nil
    }
    return try open(vault, with: secret)
  }

  /// Opens the vault with a key that the desktop keyring holds.
  ///
  /// A keyring that does not is no failure: the vault may have a passphrase as well.
  private func openByKeyring(
    _ vault: SealedVault, warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    var key: VaultKey?
    do throws(VaultError) {
      try SlotItem.find(vaultID: vault.identifier, vault.keyringSlots, in: keyring) {
        (secret) throws(VaultError) in
        key = try vault.unlock(with: secret, machineMemory: MachineMemory.available())
        return key != nil
      }
    } catch {
      guard error.code != .internalFault else { throw error }
      warn("The desktop keyring does not open the vault: \(error.message)")
      return nil
    }
    guard let key = key.take() else {
      warn("The desktop keyring does not open the vault: its key is another vault's")
      return nil
    }
    return try VaultStore(path: path, vault, key: key, mark: mark)
  }

  /// Opens the vault by what is named, which no other way takes the place of.
  private func open(
    _ vault: SealedVault, by source: UnlockSource, _ warn: (String) -> Void
  ) throws(VaultError) -> VaultStore {
    let store: VaultStore?
    if case .keyCommand(let command) = source {
      store = try open(vault, by: command, warn)
    } else {
      store = try open(vault, with: try SlotSecret(source, warn: warn))
    }
    guard let store else {
      throw VaultError(.refused, "\(source.name) does not open the vault \(path)")
    }
    return store
  }

  /// Opens the vault if it is unlocked.
  package func openUnlocked(_ vault: SealedVault) throws(VaultError) -> VaultStore? {
    guard let key = try UnlockCache(vault).find() else { return nil }
    return try VaultStore(path: path, vault, key: key, mark: mark)
  }

  /// Opens the vault with a secret.
  ///
  /// - Parameters:
  ///   - vault: What `read()` gave.
  ///   - secret: A passphrase or key file.
  /// - Returns: The store, or nil where the secret fits no slot.
  /// - Throws: `damaged` for what no holder of the key has written, `rolledBack` for what is older than
  ///   this host has seen, `unavailable` where there is not the memory to try.
  package func open(
    _ vault: SealedVault, with secret: borrowing SlotSecret
  ) throws(VaultError) -> VaultStore? {
    let key: VaultKey?
    do throws(VaultError) {
      key = try vault.unlock(with: secret, machineMemory: MachineMemory.available())
    } catch {
      throw error.about(path)
    }
    guard let key else { return nil }
    return try VaultStore(path: path, vault, key: key, mark: mark)
  }

  /// Makes an empty vault, or opens the one that somebody else has just made with the same secret.
  ///
  /// - Parameters:
  ///   - secret: What opens it from now on.
  ///   - derivation: The cost of a passphrase; nil has it measured.
  /// - Returns: The open store.
  /// - Throws: `cannotCreate` or `inputOutput` where it cannot be written; `refused` where there is a
  ///   vault by now that the secret does not open.
  package func make(
    with secret: borrowing SlotSecret, derivation: PassphraseDerivation?
  ) throws(VaultError) -> VaultStore {
    let update = try VaultStore.durableFile(path).beginUpdate()
    if let bytes = try update.read() {
      guard let store = try open(try SealedVault(bytes, path: path), with: secret) else {
        throw VaultError(.refused, "\(path) has just been made with another key")
      }
      return store
    }
    var vault = try OpenVault.make(
      for: secret, derivation: derivation, machineMemory: MachineMemory.available())
    for slot in vault.slots { try vault.keep(secret, of: slot, in: keyring) }
    let bytes = try vault.sealNextGeneration()
    try update.replace(with: bytes.bytes)
    return VaultStore(path: path, written: vault, mark: mark)
  }

  /// As the other, with the cost of a passphrase measured on this machine.
  ///
  /// - Parameter secret: What opens it from now on.
  /// - Returns: The open store.
  /// - Throws: As the other.
  package func make(with secret: borrowing SlotSecret) throws(VaultError) -> VaultStore {
    try make(with: secret, derivation: nil)
  }
}
