import ArgumentParser
import SealedFormat
import Vault

/// Makes a vault.
struct InitCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an empty vault.",
    discussion: """
      Asks for a passphrase twice, unless a file is named. A key file that is not there is made, and \
      the settings remember it unless they remember another. It serves CI, batch jobs and machines \
      without a person. After a passphrase was asked for, a recovery code is offered. With --secret-service the desktop keyring opens the vault by itself, and what is \
      asked for or named opens it as well, unless --no-recovery is given.

      Example:
        \(calledName) init --key-file ~/.config/vault/key
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Have the desktop keyring open the vault.")
  var secretService = false

  @Flag(help: "With --secret-service: nothing but the keyring opens the vault.")
  var noRecovery = false

  func validate() throws {
    if noRecovery && !secretService {
      throw ValidationError("--no-recovery goes with --secret-service.")
    }
    let isNamed =
      vault.keyFile != nil || vault.passphraseFile != nil || vault.passphraseDescriptor != nil
    if noRecovery && isNamed {
      throw ValidationError("--no-recovery leaves no use for a key file or passphrase.")
    }
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    guard try prompter.access.read() == nil else {
      throw VaultError(.cannotCreate, "\(prompter.path) is there already: not overwritten")
    }
    switch prompter.access.source {
    case _ where secretService:
      if let keyFile = vault.keyFile.map(session.environment.absolute) {
        try prompter.access.keyring.checkTakesItems()
        let store = try make(prompter, keyFile: keyFile, console)
        _ = try store.addSlot(try SlotSecret.forKeyring(), keyring: prompter.access.keyring)
      } else {
        _ = try prompter.makeWithKeyring(hasRecovery: !noRecovery)
      }
    case nil:
      let store = try prompter.makeByAsking()
      console.info("Made the vault \(prompter.path)")
      try offerCode(for: store, prompter)
      return .done
    case .keyFile(let keyFile)?:
      _ = try make(prompter, keyFile: keyFile, console)
    case let source?:
      _ = try prompter.access.make(with: try SlotSecret(source, warn: console.warning))
    }
    console.info("Made the vault \(prompter.path)")
    return .done
  }

  /// Asks whether there shall be a recovery code, because a forgotten passphrase is a lost vault.
  private func offerCode(
    for store: VaultStore, _ prompter: VaultPrompter
  ) throws(VaultError) {
    guard try prompter.session.isConfirmed("Make a recovery code to write on paper?") == true else {
      return
    }
    do throws(VaultError) {
      let slot = try store.addSlot(try RecoveryDialog(prompter).newCode())
      prompter.console.info("The recovery code opens the vault (slot \(slot.name))")
    } catch {
      if case .interrupted = error.code { throw error }
      prompter.console.warning(
        "There is no recovery code: \(error.words(prompter.session.programName)). Run "
          + "'\(prompter.session.programName) slot add recovery' to try again")
    }
  }

  private func make(
    _ prompter: VaultPrompter, keyFile: String, _ console: Console
  ) throws(VaultError) -> VaultStore {
    let secret = try prompter.keyFileSecret(keyFile)
    // Before the vault, so that an init that was killed in between can be run again.
    // Not for a vault that is named: that one is not the user's usual one.
    if vault.keyFile != nil, vault.file == nil { try record(keyFile, prompter, console) }
    return try prompter.access.make(with: secret)
  }

  /// Has the settings remember the key file, unless they remember another that is there.
  private func record(
    _ keyFile: String, _ prompter: VaultPrompter, _ console: Console
  ) throws(VaultError) {
    let path = try prompter.session.environment.settingsFile
    if let other = prompter.access.settings.keyFile, other != keyFile, Path.exists(other) {
      return console.warning(
        "\(path) goes on naming \(other): open this vault with --key-file or VAULT_KEY_FILE")
    }
    try SettingsFile.set(.keyFile, to: keyFile, path: path)
    console.info("Recorded the key file in \(path)")
  }
}
