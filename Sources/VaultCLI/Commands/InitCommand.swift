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
      without a person. With --secret-service the desktop keyring opens the vault by itself, and what is \
      asked for or named opens it as well, unless --no-recovery is given.

      Example:
        vault init --key-file ~/.config/vault/key
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
    let opening = try VaultOpening(session, vault, console)
    guard try opening.access.sealed() == nil else {
      throw VaultError(.cannotCreate, "\(opening.path) is there already: not overwritten")
    }
    switch opening.access.source {
    case _ where secretService:
      if let keyFile = vault.keyFile.map(session.environment.absolute) {
        try opening.access.keyring.checkTakesItems()
        try make(opening, keyFile: keyFile, console)
        var store = try opening.openExisting()
        _ = try store.addSlot(try SlotSecret.forKeyring(), keyring: opening.access.keyring)
      } else {
        _ = try opening.makeWithKeyring(hasRecovery: !noRecovery)
      }
    case nil:
      _ = try opening.makeByAsking()
    case .keyFile(let keyFile)?:
      try make(opening, keyFile: keyFile, console)
    case let source?:
      _ = try opening.access.make(with: try SlotSecret(source, warn: console.warning))
    }
    console.info("Made the vault \(opening.path)")
    return .done
  }

  private func make(_ opening: VaultOpening, keyFile: String, _ console: Console) throws(VaultError)
  {
    let secret = try opening.keyFileSecret(keyFile)
    // Before the vault, so that an init that was killed in between can be run again.
    // Not for a vault that is named: that one is not the user's usual one.
    if vault.keyFile != nil, vault.file == nil { try record(keyFile, opening, console) }
    _ = try opening.access.make(with: secret)
  }

  /// Has the settings remember the key file, unless they remember another that is there.
  private func record(
    _ keyFile: String, _ opening: VaultOpening, _ console: Console
  ) throws(VaultError) {
    let path = try opening.session.environment.settingsFile
    if let other = opening.access.settings.keyFile, other != keyFile, Path.exists(other) {
      return console.warning(
        "\(path) goes on naming \(other): open this vault with --key-file or VAULT_KEY_FILE")
    }
    try SettingsFile.set(.keyFile, to: keyFile, path: path)
    console.info("Recorded the key file in \(path)")
  }
}
