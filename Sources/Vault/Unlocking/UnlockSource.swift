internal import SealedFormat

/// What can open a vault without asking anybody, and where it was named.
package enum UnlockSource: Sendable {
  /// A key file.
  case keyFile(String)
  /// A file that holds the passphrase.
  case passphraseFile(String)
  /// An open descriptor from which the passphrase is read.
  case passphraseDescriptor(Int32)

  /// Where the secret comes from, for messages.
  package var name: String {
    switch self {
    case .keyFile(let path): "the key file \(path)"
    case .passphraseFile(let path): "the passphrase in \(path)"
    case .passphraseDescriptor(let number): "the passphrase on descriptor \(number)"
    }
  }
}

extension UnlockSource {
  /// The first source that variables or systemd name.
  ///
  /// - Parameter environment: Names `VAULT_KEY_FILE`, `VAULT_PASSPHRASE_FILE` and
  ///   `CREDENTIALS_DIRECTORY`.
  /// - Returns: The source, or nil where there is none.
  static func standing(environment: Environment) -> UnlockSource? {
    if let path = environment["VAULT_KEY_FILE"] { return .keyFile(environment.absolute(path)) }
    if let path = environment["VAULT_PASSPHRASE_FILE"] {
      return .passphraseFile(environment.absolute(path))
    }
    if let folder = environment["CREDENTIALS_DIRECTORY"] {
      let path = environment.absolute(folder) + "/vault.key"
      if Path.exists(path) { return .keyFile(path) }
    }
    return nil
  }
}
