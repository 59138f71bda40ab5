/// What went wrong, in a form that programs can act on and in words for people.
///
/// A message never holds a secret: it names the input, the reason and the way out.
package struct VaultError: Error {
  /// The kind of failure; each has an exit status of its own at the roof.
  package enum Code: Sendable, Hashable {
    /// There is no such credential.
    case notFound
    /// The input breaks a rule of its own form: a malformed registry address, an empty secret.
    case invalidInput
    /// Stored data is damaged, foreign or malformed.
    case damaged
    /// The registry, keyring or a library cannot be reached.
    case unreachable
    /// Our own fault, or a system without what every system has.
    case internalFault
    /// A file or folder cannot be made.
    case cannotCreate
    /// Reading or writing failed.
    case inputOutput
    /// Locked, busy, or no file locks to be had: may work later.
    case unavailable
    /// The vault was rolled back, replaced or is missing.
    case rolledBack
    /// Wrong passphrase, dismissed prompt, or the registry said no.
    case refused
    /// Unknown version, unsafe owner or mode, no terminal and no key.
    case configuration
    /// A signal arrived at a prompt; the roof ends the program by it.
    case interrupted(signal: Int32)
  }

  /// The kind of failure.
  package let code: Code
  /// One or more sentences without a final full stop, fit for a terminal.
  package let message: String
  /// The failure below this one, where there is one.
  package let cause: (any Error)?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: The kind of failure.
  ///   - message: What, where and what to do; without secrets.
  ///   - cause: The failure below this one.
  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}
