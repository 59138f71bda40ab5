import ArgumentParser
import SealedFormat
import Vault

/// Gives the vault a new key.
struct RekeyCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "rekey",
    abstract: "Take a new vault key, and seal every entry anew.",
    discussion: """
      After somebody may have had a key or passphrase. A slot lives on only if its secret is given here; \
      the others are named, and dropped only with your consent.

      Example:
        \(calledName) rekey --keep-key-file ~/.config/vault/key --keep-passphrase-file new.txt
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    help: ArgumentHelp("A key file that opens the vault from now on.", valueName: "file"))
  var keepKeyFile: [String] = []

  @Option(
    help: ArgumentHelp("A passphrase that opens the vault from now on.", valueName: "file"))
  var keepPassphraseFile: [String] = []

  @Flag(help: "Have the desktop keyring open the vault from now on, by a new key.")
  var keepSecretService = false

  @Flag(help: "Keep the SSH keys of your agent that open the vault now.")
  var keepSSHAgent = false

  @Flag(help: "Drop the slots whose secrets are not given, without asking.")
  var dropOthers = false

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    guard let locked = try prompter.access.read() else { throw prompter.missing() }
    let store = try prompter.open(locked)
    let environment = session.environment
    let sources =
      keepKeyFile.map { UnlockSource.keyFile(environment.absolute($0)) }
      + keepPassphraseFile.map { UnlockSource.passphraseFile(environment.absolute($0)) }
    var dropped = store.slots
    try store.rekey(keyring: prompter.access.keyring) { (add, addKey) throws(VaultError) in
      for source in sources {
        let secret = try SlotSecret(source, warn: console.warning)
        if let slot = try locked.slot(
          openedBy: secret, machineMemory: MachineMemory.available())
        {
          guard dropped.contains(where: { $0.name == slot.name }) else {
            throw VaultError(.invalidInput, "\(source.name) is given twice")
          }
          dropped.removeAll { $0.name == slot.name }
        }
        try add(secret)
      }
      if keepSSHAgent {
        let kept = try AgentKeys(prompter).keep(slotsOf: locked, addKey)
        dropped.removeAll { slot in kept.contains { $0.name == slot.name } }
      }
      if sources.isEmpty && !keepSecretService { try add(try prompter.newPassphrase()) }
      try confirm(dropping: dropped, prompter)
      // Last, because the keyring holds it from then on.
      if keepSecretService { try add(try SlotSecret.forKeyring()) }
    }
    _ = UnlockCache(locked).remove()
    console.info("\(prompter.path) has a new key, and every entry is sealed anew under it")
    try console.warn(ofUnknownIn: store)
    for slot in dropped {
      prompter.forgetKey(of: slot, store)
      if keepSecretService && slot.takes(.secretService) { continue }
      console.info("Dropped slot \(slot.name) (\(slot.kindName))")
    }
    prompter.warnOfCopies()
    return .done
  }

  private func confirm(dropping slots: [Slot], _ prompter: VaultPrompter) throws(VaultError) {
    // The keyring's own slot is made anew, not lost.
    let slots = slots.filter { !keepSecretService || !$0.takes(.secretService) }
    guard !slots.isEmpty, !dropOthers else { return }
    let names = slots.map { "\($0.name) (\($0.kindName))" }.joined(separator: ", ")
    let question = "These slots will no longer open the vault: \(names). Go on?"
    guard let isConfirmed = try prompter.session.isConfirmed(question) else {
      throw VaultError(
        .invalidInput,
        "these slots would be lost: \(names); give their secrets by --keep-key-file and "
          + "--keep-passphrase-file, or say --drop-others")
    }
    guard isConfirmed else { throw VaultError(.refused, "nothing was changed") }
  }
}
