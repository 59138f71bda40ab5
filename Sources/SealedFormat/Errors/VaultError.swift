/// A failure: its kind, a message for people, its cause and what the user can do about it.
///
/// A message never holds a secret, and names no option and no command of a program: the top layer adds the
/// words for the remedy.
package struct VaultError: Error {
  /// The kind of failure.
  ///
  /// The top layer gives each an exit status.
  package enum Code: Sendable, Hashable {
    /// There is no such credential.
    case notFound
    /// The input breaks a rule of its own form: a malformed registry address, an empty secret.
    case invalidInput
    /// Stored data is damaged, foreign or malformed.
    case damaged
    /// The registry, the keyring or a library cannot be reached.
    case unreachable
    /// A fault of this program, or a system that lacks what every system has.
    case internalFault
    /// A file or folder cannot be made.
    case cannotCreate
    /// Reading or writing failed.
    case inputOutput
    /// Locked, busy, or without file locks: may work later.
    case unavailable
    /// The vault was rolled back, replaced or is missing.
    case rolledBack
    /// Wrong passphrase, dismissed prompt, or a refusal of the registry.
    case refused
    /// Unknown version, unsafe owner or mode, no terminal and no key.
    case configuration
    /// A signal arrived at a prompt; the top layer ends the program by it.
    case interrupted(signal: Int32)
  }

  /// The kind of failure.
  package let code: Code
  /// One or more sentences without a final full stop, fit for a terminal.
  package let message: String
  /// The failure that led to this one.
  package let cause: (any Error)?
  /// What the user can do about it.
  package var remedy: Remedy?

  package init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, remedy: Remedy? = nil
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    self.remedy = remedy
  }

  /// The same failure, with the file or thing that it is about in front of the message.
  package func about(_ subject: String) -> VaultError {
    VaultError(code, "\(subject): \(message)", cause: self, remedy: remedy)
  }
}
