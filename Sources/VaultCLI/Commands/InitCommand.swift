import ArgumentParser
import Vault

/// Makes a vault.
struct InitCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an empty vault.",
    discussion: """
      Asks for a passphrase twice, unless a file is named. A key file that is not there is made, and \
      remembered in the settings: it serves CI, batch jobs and machines without a person.

      Example:
        vault init --key-file ~/.config/vault/key
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var talk: TalkOptions

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let opening = try VaultOpening(session, vault, talk)
    guard try opening.sealed() == nil else {
      throw VaultError(.cannotCreate, "\(opening.path) is there already: not overwritten")
    }
    switch try vault.source(in: session) {
    case nil:
      _ = try opening.makeByAsking()
    case .keyFile(let keyFile)?:
      try make(opening, keyFile: keyFile, talk)
    case let source?:
      let secret = try SlotSecret(source, warn: talk.warning)
      _ = try SealedStore.make(path: opening.path, with: secret)
    }
    talk.info("Made the vault \(opening.path)")
  }

  private func make(_ opening: VaultOpening, keyFile: String, _ talk: Talk) throws(VaultError) {
    let settings = try opening.session.environment.settingsFile
    let secret: SlotSecret
    if KeySource.exists(keyFile) {
      secret = try SlotSecret(.keyFile(keyFile), warn: talk.warning)
    } else {
      secret = try SlotSecret(makingKeyFile: keyFile)
      talk.info("Made the key file \(keyFile)")
    }
    _ = try SealedStore.make(path: opening.path, with: secret)
    try Settings.set(.keyFile, to: keyFile, path: settings)
    talk.info("Recorded the key file in \(settings)")
    if folder(of: keyFile) == folder(of: opening.path) {
      talk.warning(
        "The key file lies beside the vault: whoever copies the folder can open the vault. Keep "
          + "them apart, and out of the same backup")
    }
  }

  private func folder(of path: String) -> Substring {
    path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
  }
}
