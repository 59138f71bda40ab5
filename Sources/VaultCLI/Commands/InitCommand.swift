import ArgumentParser
import Vault

/// Makes a vault.
struct InitCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an empty vault.",
    discussion: """
      Asks for a passphrase twice, unless a file is named. A key file that is not there is made; \
      for the usual vault the settings remember it. It serves CI, batch jobs and machines without a \
      person.

      Example:
        vault init --key-file ~/.config/vault/key
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var talk: TalkOptions

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let opening = try VaultOpening(session, vault, talk)
    guard try opening.access.sealed() == nil else {
      throw VaultError(.cannotCreate, "\(opening.path) is there already: not overwritten")
    }
    switch opening.access.source {
    case nil:
      _ = try opening.makeByAsking()
    case .keyFile(let keyFile)?:
      try make(opening, keyFile: keyFile, talk)
    case let source?:
      _ = try opening.access.make(with: try SlotSecret(source, warn: talk.warning))
    }
    talk.info("Made the vault \(opening.path)")
  }

  private func make(_ opening: VaultOpening, keyFile: String, _ talk: Talk) throws(VaultError) {
    let settings = try opening.session.environment.settingsFile
    _ = try opening.access.make(with: try opening.keyFileSecret(keyFile))
    // Only for the usual vault, and only what was asked for: the settings have room for one key file.
    let isUsualVault = vault.file == nil && opening.session.environment["VAULT_FILE"] == nil
    guard isUsualVault, vault.keyFile != nil else { return }
    try Settings.set(.keyFile, to: keyFile, path: settings)
    talk.info("Recorded the key file in \(settings)")
  }
}
