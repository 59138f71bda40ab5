import ArgumentParser
import Glibc
import SealedFormat
import Vault

/// Which vault, and what opens it.
struct VaultOptions: ParsableArguments {
  @Option(
    name: .customLong("vault"),
    help: ArgumentHelp(
      "The sealed vault (default: $VAULT_FILE, else ~/.local/share/vault/vault.sealed).",
      valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A key file that opens the vault.", valueName: "file"))
  var keyFile: String?

  @Option(help: ArgumentHelp("A file with the passphrase of the vault.", valueName: "file"))
  var passphraseFile: String?

  @Option(
    name: .customLong("passphrase-fd"),
    help: ArgumentHelp("An open descriptor that gives the passphrase.", valueName: "number"))
  var passphraseDescriptor: Int32?

  @Option(
    help: ArgumentHelp(
      "A program, with its arguments in quotes, that prints a key file.", valueName: "command"))
  var keyCommand: String?

  @Flag(help: "Take a vault as it is that is older than before, another, or missing.")
  var acceptRollback = false

  func validate() throws {
    let given = [
      keyFile != nil, passphraseFile != nil, passphraseDescriptor != nil, keyCommand != nil,
    ]
    guard given.filter({ $0 }).count <= 1 else {
      throw ValidationError(
        "Give only one of --key-file, --passphrase-file, --passphrase-fd and --key-command.")
    }
  }

  /// What the command line names to open the vault.
  private func source(_ programs: ProgramContext) throws(VaultError) -> UnlockSource? {
    let environment = programs.environment
    if let keyCommand {
      return .keyCommand(KeyCommand(try Program.words(of: keyCommand), programs))
    }
    if let keyFile { return .keyFile(environment.absolute(keyFile)) }
    if let passphraseFile { return .passphraseFile(environment.absolute(passphraseFile)) }
    return passphraseDescriptor.map { .passphraseDescriptor($0) }
  }

  /// The vault that is named.
  ///
  /// - Parameters:
  ///   - session: The world of the command.
  ///   - leavesMark: Whether what is seen of the vault is remembered.
  ///   - asksKeyring: Whether the desktop keyring may ask the user anything.
  func access(
    in session: Session, leavesMark: Bool = true, asksKeyring: Bool = true
  ) throws(VaultError) -> VaultAccess {
    let environment = session.environment
    let programs = Self.programs(in: session)
    let access = try VaultAccess(
      path: file.map(environment.absolute), option: try source(programs),
      environment: environment, acceptsRollback: acceptRollback, isInteractive: true,
      leavesMark: leavesMark, programs: programs)
    return asksKeyring ? access : access.withoutAsking
  }

  /// What a program gets that opens the vault.
  static func programs(in session: Session) -> ProgramContext {
    ProgramContext(environment: session.environment) {
      ProcessUser.hasRaisedRights
        ? ProgramVariables([:]) : unsafe ProgramVariables(copying: environ)
    }
  }
}
