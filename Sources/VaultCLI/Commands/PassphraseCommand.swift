import ArgumentParser
import SealedFormat
import Vault

/// Changes a passphrase.
struct PassphraseCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "passphrase",
    abstract: "Change the passphrase of the vault.",
    discussion: """
      Opens the vault by whatever opens it, and puts the new passphrase in the place of the old one.

      Example:
        \(calledName) passphrase
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: ArgumentHelp("A file with the new passphrase.", valueName: "file"))
  var newPassphraseFile: String?

  @Option(help: ArgumentHelp("Which passphrase, where there are several.", valueName: "id"))
  var slot: String?

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    let store = try prompter.openExisting()
    let name = try slotName(store.slots.filter { $0.takes(.passphrase) }, session)
    let secret =
      if let path = newPassphraseFile.map(session.environment.absolute) {
        try SlotSecret(.passphraseFile(path), warn: console.warning)
      } else {
        try prompter.newPassphrase()
      }
    let fresh = try store.replaceSlot(named: name, with: secret)
    console.info("Changed the passphrase of \(prompter.path): slot \(name) is now \(fresh.name)")
    prompter.warnOfCopies()
    return .done
  }

  /// The slot that is meant.
  private func slotName(_ slots: [Slot], _ session: Session) throws(VaultError) -> String {
    if let slot {
      guard slots.contains(where: { $0.name == slot }) else {
        throw VaultError(.notFound, "the vault has no passphrase slot \(slot)")
      }
      return slot
    }
    guard let only = slots.first else {
      throw VaultError(
        .notFound,
        "the vault has no passphrase: add one with  \(session.programName) slot add passphrase")
    }
    guard slots.count == 1 else {
      throw VaultError(
        .invalidInput,
        "the vault has \(slots.count) passphrases: say which by --slot, from  "
          + "\(session.programName) slot list")
    }
    return only.name
  }
}
