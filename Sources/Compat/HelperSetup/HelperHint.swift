/// What the user should know of the files of a client that asks the vault.
package enum HelperHint: Equatable, Sendable {
  /// A file holds logins in plaintext, which the client no longer reads.
  case plaintext(path: String, names: [String])
  /// Servers for which the file names another helper, and the client asks that one.
  case otherHelpers(path: String, servers: [String])
  /// The client no longer asks this helper: for these servers, or for all if there are none.
  case unasked(helper: String, path: String, servers: [String])
  /// This variable is set, and what it names is taken instead of the vault's login.
  case override(variable: String)
  /// Apptainer does not read the file with these logins because it has one of its own.
  case hidden(path: String, by: String, names: [String])
  /// A drop-in that podman reads after ours names other helpers, so it wins.
  case laterDropIn(path: String)
  /// The file begins with a byte order mark, and docker refuses to read it.
  case byteOrderMark(path: String)
}
