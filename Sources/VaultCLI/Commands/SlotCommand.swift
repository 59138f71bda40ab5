import ArgumentParser
import SealedFormat
import Vault

/// The group of commands about the ways to open the vault.
struct SlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slot",
    abstract: "Add, list and remove ways to open the vault.",
    discussion: """
      Each slot opens the whole vault by itself.

      Example:
        \(calledName) slot add key-file /media/stick/vault.key
      """,
    subcommands: [SlotAddCommand.self, SlotListCommand.self, SlotRemoveCommand.self])
}

/// Shows the ways to open the vault.
struct SlotListCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the ways to open the vault.",
    discussion: """
      Needs no key: this much of a vault can be seen by everybody who can read the file. When a slot was \
      made, and its label, are sealed: they are shown if the vault is unlocked or a key is named.

      Example:
        \(calledName) slot list
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    let prompter = try VaultPrompter(session, vault, verbosity.console(in: session))
    guard let locked = try prompter.access.read() else { throw prompter.missing() }
    let store = try open(locked, prompter)
    let rows = locked.slots.map { SlotRow($0, store?.note(on: $0) ?? SlotNote()) }
    try session.output.write(format.text(of: rows))
    return .done
  }

  /// The open vault if no keyring has to be asked for it.
  private func open(_ locked: SealedVault, _ prompter: VaultPrompter) throws(VaultError)
    -> VaultStore?
  {
    let access = prompter.access
    guard access.source == nil else {
      return try access.openWithoutAsking(locked, warn: prompter.console.warning)
    }
    if let store = try? access.openUnlocked(locked) { return store }
    guard !locked.canAskKeyring else { return nil }
    return try? access.openWithoutAsking(locked, warn: prompter.console.verbose)
  }
}

/// A line of the list of slots; encoded, it is the documented shape of `--format json`.
private struct SlotRow: TableRow, Encodable {
  static let header = ["SLOT", "KIND", "COST", "CREATED", "LABEL"]
  let slot: String
  let kind: String
  let cost: String?
  /// ISO 8601, in UTC.
  let created: String?
  let label: String?

  init(_ slot: Slot, _ note: SlotNote) {
    self.slot = slot.name
    kind = slot.kindName
    cost = slot.costText
    created = note.created == 0 ? nil : LoginRow.text(of: note.created)
    label = note.label.isEmpty ? nil : note.label
  }

  var cells: [String] {
    [slot, kind, cost ?? "-", created ?? "-", label?.escapingControls ?? "-"]
  }
}

/// Takes away a way to open the vault.
struct SlotRemoveCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove one way to open the vault; never the last.",
    discussion: """
      Example:
        \(calledName) slot remove 2651004f06bc477d
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Argument(help: "The slot, as the list names it.")
  var slot: String

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    let store = try prompter.openExisting()
    let removed = store.slots.first { $0.name == slot }
    try store.removeSlot(named: slot)
    console.info("Removed slot \(slot) from \(prompter.path)")
    if let removed { prompter.forgetKey(of: removed, store) }
    prompter.warnOfCopies()
    return .done
  }
}
