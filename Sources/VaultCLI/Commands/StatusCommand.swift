import ArgumentParser
import Vault

/// Says whether the vault is there and opens.
struct StatusCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say whether the vault is there and opens without asking.",
    discussion: """
      Ends with 0 if it opens, 75 if it is locked, 1 if there is none. Never asks.

      Example:
        vault status && echo open
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var talk: TalkOptions

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let opening = try VaultOpening(session, vault, talk)
    guard let sealed = try opening.access.sealed() else { throw opening.missing() }
    try session.output.write("Vault       \(opening.path.escapingControls)\n")
    try session.output.write(
      "Slots       \(sealed.slots.map(\.kindName).joined(separator: ", "))\n")
    try session.output.write("Generation  \(sealed.generation)\n")
    guard
      let store = try opening.access.openWithoutAsking(
        sealed, keepsUnlocked: false, warn: talk.warning)
    else {
      try session.output.write("State       locked\n")
      throw opening.locked()
    }
    try session.output.write("State       open\n")
    try session.output.write("Logins      \(store.list().count)\n")
  }
}
