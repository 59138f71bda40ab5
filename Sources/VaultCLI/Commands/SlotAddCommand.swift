import ArgumentParser
import SealedFormat
import Vault

/// Adds a way to open the vault.
struct SlotAddCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add another way to open the vault.",
    discussion: """
      passphrase: asked for twice, unless a file is named.
      key-file: made if it is not there.
      secret-service: the desktop keyring keeps a key of its own.
      ssh-agent: an ed25519 or RSA key in your agent opens the vault, here and on hosts to which you \
      forward the agent.
      key-command: a program prints the key. With --seal-with a new key is made, and given to another \
      program, which seals it.
      recovery: a code to write on paper.

      Example:
        \(calledName) slot add passphrase
        \(calledName) slot add key-file ~/.config/vault/key
        \(calledName) slot add ssh-agent
        \(calledName) slot add key-command --seal-with 'age -R team.txt -o k.age' -- age -d -i id k.age
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case passphrase
    case keyFile = "key-file"
    case secretService = "secret-service"
    case sshAgent = "ssh-agent"
    case keyCommand = "key-command"
    case recovery
  }

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    help: ArgumentHelp(
      "Which key of the ssh-agent, as 'ssh-add -l' shows it.", valueName: "fingerprint"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "A program that seals the new key, which it reads from standard input.",
      valueName: "command"))
  var sealWith: String?

  @Argument(help: "\(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: Kind

  @Argument(help: "The file with the new passphrase, or the new key file.")
  var file: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The program that prints the key, and its arguments.", valueName: "program"))
  var program: [String] = []

  func validate() throws {
    if kind == .keyFile && file == nil { throw ValidationError("Name the key file.") }
    if file != nil && kind != .keyFile && kind != .passphrase {
      throw ValidationError("\(kind.rawValue) takes no file.")
    }
    if key != nil && kind != .sshAgent { throw ValidationError("--key goes with ssh-agent.") }
    if kind == .keyCommand && program.isEmpty {
      throw ValidationError("Name the program that prints the key, behind '--'.")
    }
    if kind != .keyCommand && (sealWith != nil || !program.isEmpty) {
      throw ValidationError("A program goes with key-command.")
    }
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    guard let locked = try prompter.access.read() else { throw prompter.missing() }
    let store = try prompter.open(locked)
    let slot = try add(to: store, locked, prompter)
    console.info("Added slot \(slot.name) (\(slot.kindName)) to \(prompter.path)")
    return .done
  }

  private func add(
    to store: VaultStore, _ locked: SealedVault, _ prompter: VaultPrompter
  ) throws(VaultError) -> Slot {
    if kind == .sshAgent {
      return try AgentKeys(prompter).addSlot(to: store, locked, fingerprint: key)
    }
    let secret = try secret(prompter)
    // Two slots of one secret: whoever removes the one would think that the secret is of no use any more.
    if let slot = try locked.slot(
      openedBy: secret, machineMemory: MachineMemory.available())
    {
      throw VaultError(.invalidInput, "that opens the vault already, by slot \(slot.name)")
    }
    return try store.addSlot(secret, keyring: prompter.access.keyring)
  }

  private func secret(_ prompter: VaultPrompter) throws(VaultError) -> SlotSecret {
    let warn = prompter.console.warning
    let path = file.map(prompter.session.environment.absolute)
    switch (kind, path) {
    case (.keyFile, let path?): return try prompter.keyFileSecret(path)
    case (.passphrase, let path?): return try SlotSecret(.passphraseFile(path), warn: warn)
    case (.secretService, _): return try SlotSecret.forKeyring()
    case (.keyCommand, _):
      let command = KeyCommand(program, VaultOptions.programs(in: prompter.session))
      guard let sealWith else { return try SlotSecret(.keyCommand(command), warn: warn) }
      return try command.makeKey(sealedBy: try Program.words(of: sealWith), warn: warn)
    case (.recovery, _): return try RecoveryDialog(prompter).newCode()
    case (.passphrase, nil), (.keyFile, nil), (.sshAgent, _): return try prompter.newPassphrase()
    }
  }
}
