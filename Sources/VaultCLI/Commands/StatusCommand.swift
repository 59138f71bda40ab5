import ArgumentParser
import SealedFormat
import Vault

/// Says whether the vault is there and opens.
struct StatusCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say whether the vault is there and opens without asking.",
    discussion: """
      Ends with 0 if it opens, 75 if it is locked, 1 if there is none. Never asks. Where the settings name the \
      desktop keyring and there is no vault, it is the keyring's state that counts.

      Example:
        \(calledName) status && echo open
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console, asksKeyring: false)
    guard let locked = try prompter.access.read() else {
      try tellWithoutVault(prompter)
      return .done
    }
    // Opened first, because only that tells whether what the header says is true.
    let store = try prompter.access.openWithoutAsking(
      locked, keepsUnlocked: false, warn: console.warning)
    let logins = try store?.list().count
    try session.output.write(line: "Vault       \(prompter.path)")
    try session.output.write(
      line: "Slots       \(locked.slots.map(\.kindName).joined(separator: ", "))")
    try session.output.write(line: "Generation  \(locked.generation)")
    try tellStore(prompter, KeyringState(prompter.access.keyring))
    guard let logins else {
      try session.output.write(line: "State       locked")
      throw prompter.locked()
    }
    try session.output.write(line: "State       open")
    try session.output.write(line: "Logins      \(logins)")
    return .done
  }

  /// Where logins go and why, and how the desktop keyring stands.
  private func tellStore(
    _ prompter: VaultPrompter, _ state: KeyringState
  ) throws(VaultError) {
    let output = prompter.session.output
    let store =
      switch prompter.access.settings.store {
      case .secretService: "desktop keyring, as the setting store says"
      case .sealed: "sealed vault, as the setting store says"
      case nil: "sealed vault, as nothing else is set"
      }
    try output.write(line: "Store       \(store)")
    let keyring =
      switch state {
      case .unlocked: "unlocked"
      case .locked: "locked"
      case .noCollection: "there, without a default keyring"
      case .unreachable(let error): "not there: \(error.words(prompter.session.programName))"
      }
    try output.write(line: "Keyring     \(keyring)")
  }

  /// Without a sealed vault the desktop keyring counts, if it is where logins go.
  private func tellWithoutVault(_ prompter: VaultPrompter) throws(VaultError) {
    guard prompter.access.settings.store == .secretService else {
      if case .unlocked = KeyringState(prompter.access.keyring) {
        prompter.console.info("The desktop keyring is there: a first login offers it")
      }
      throw prompter.missing()
    }
    try prompter.session.output.write(line: "Vault       none")
    let state = KeyringState(prompter.access.keyring)
    try tellStore(prompter, state)
    // It is not waited for twice.
    if case .unreachable(let error) = state { throw error }
    let logins = try SecretServiceStore(prompter.access.keyring).list()
    try prompter.session.output.write(line: "Logins      \(logins.count)")
  }
}
