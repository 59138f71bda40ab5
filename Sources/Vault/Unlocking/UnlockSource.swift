internal import SealedFormat

/// What can open a vault without asking anybody, and where it was named.
package enum UnlockSource: Sendable {
  /// A key file.
  case keyFile(String)
  /// A file that holds the passphrase.
  case passphraseFile(String)
  /// An open descriptor from which the passphrase is read.
  case passphraseDescriptor(Int32)
  /// A program whose output is a key file.
  case keyCommand(KeyCommand)

  /// Where the secret comes from, for messages.
  package var name: String {
    switch self {
    case .keyFile(let path): "the key file \(path)"
    case .passphraseFile(let path): "the passphrase in \(path)"
    case .passphraseDescriptor(let number): "the passphrase on descriptor \(number)"
    case .keyCommand(let command): "the key from the program \(command.name)"
    }
  }
}

extension UnlockSource {
  /// The first source that variables or systemd name.
  ///
  /// - Parameter context: Its environment names `VAULT_KEY_FILE`, `VAULT_PASSPHRASE_FILE`, `VAULT_KEY_COMMAND` and
  ///   `CREDENTIALS_DIRECTORY`.
  /// - Throws: `invalidInput` if the command is malformed.
  static func standing(_ context: ProgramContext) throws(VaultError) -> UnlockSource? {
    let environment = context.environment
    if let path = environment["VAULT_KEY_FILE"] { return .keyFile(environment.absolute(path)) }
    if let path = environment["VAULT_PASSPHRASE_FILE"] {
      return .passphraseFile(environment.absolute(path))
    }
    if let line = environment[KeyCommand.variableName] {
      do throws(VaultError) {
        return .keyCommand(KeyCommand(try Program.words(of: line), context))
      } catch {
        throw error.about(KeyCommand.variableName)
      }
    }
    if let folder = environment["CREDENTIALS_DIRECTORY"] {
      let path = environment.absolute(folder) + "/vault.key"
      if Path.exists(path) { return .keyFile(path) }
    }
    return nil
  }
}
