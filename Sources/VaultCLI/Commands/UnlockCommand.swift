import ArgumentParser
import SealedFormat
import Vault

/// Keeps the vault open for later commands.
struct UnlockCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Keep the vault open for later commands of this user.",
    discussion: """
      The key stays in the kernel's memory, on no disk, until the time is over or the vault is locked. With \
      --recovery the code from paper opens the vault.

      Example:
        \(calledName) unlock --timeout 2h
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    help: ArgumentHelp(
      "How long: a number and ms, s, m, h or d (default: 8h, or unlock.timeout of the settings).",
      valueName: "duration"))
  var timeout: String?

  @Flag(help: "Ask for the recovery code.")
  var recovery = false

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let given = try timeout.map { text throws(VaultError) in
      try Settings.Key.unlockTimeout.duration(text)
    }
    let prompter = try VaultPrompter(session, vault, console, keepsUnlocked: false)
    let timeout = given ?? prompter.access.settings.unlockTimeout
    let store = recovery ? try openByCode(prompter) : try prompter.openExisting()
    try store.unlock(timeout: timeout)
    console.info(
      "The vault \(prompter.path) stays unlocked until \(session.clockTime(after: timeout))")
    return .done
  }

  private func openByCode(_ prompter: VaultPrompter) throws(VaultError) -> VaultStore {
    guard let locked = try prompter.access.read() else { throw prompter.missing() }
    let secret = try RecoveryDialog(prompter).askCode()
    guard let store = try prompter.access.open(locked, with: secret) else {
      throw VaultError(
        .refused,
        "the code was typed without a mistake and does not open \(prompter.path): it is of another "
          + "vault, or from before a rekey")
    }
    return store
  }
}

/// Forgets the key of an unlocked vault.
struct LockCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Forget the key of an unlocked vault at once.",
    discussion: """
      The desktop keyring, or a key file that the settings name, still opens the vault without asking. With --all the keys of all \
      your vaults go, also of one whose file is missing or damaged.

      Example:
        \(calledName) lock
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Forget the keys of all unlocked vaults.")
  var all = false

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    guard !all else {
      console.info("Keys of unlocked vaults forgotten: \(UnlockCache.removeAll())")
      return .done
    }
    let prompter = try VaultPrompter(session, vault, console)
    guard let locked = try read(prompter, console) else { throw prompter.missing() }
    let wasUnlocked = UnlockCache(locked).remove()
    console.info("The vault \(prompter.path) \(wasUnlocked ? "is locked" : "was not unlocked")")
    if (try? prompter.access.openWithoutAsking(locked, keepsUnlocked: false, warn: console.warning))
      != nil
    {
      console.info(
        "The desktop keyring, or a key file or passphrase file that is named, still opens it "
          + "without asking")
    }
    if !locked.sshAgentSlots.isEmpty {
      console.info("A key in your ssh-agent still opens it: remove the key with 'ssh-add -d'")
    }
    return .done
  }

  /// Reads the vault.
  ///
  /// If that fails, its key cannot be told from others.
  private func read(_ prompter: VaultPrompter, _ console: Console) throws(VaultError)
    -> SealedVault?
  {
    do throws(VaultError) { return try prompter.access.read() } catch {
      console.warning(
        "If it was unlocked, its key is still kept: run '\(prompter.session.programName) lock --all'"
      )
      throw error
    }
  }
}
