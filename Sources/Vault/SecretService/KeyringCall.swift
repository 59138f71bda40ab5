internal import SealedFormat

/// A call that carries no secret.
enum KeyringCall {
  case openSession
  /// Takes a name on the bus, unless another connection has it.
  case takeName(String)
  /// Looks for items that have all of these attributes.
  case search([String: String])
  /// Asks which collections there are.
  case collections
  /// Asks whether a collection is locked.
  case isLocked(String)
  /// Asks what a collection is called.
  case label(String)
  /// Asks KWallet of KDE 5 whether a wallet is open.
  case isWalletOpen(String)
  /// Asks what an item is.
  case item(String)
  /// Asks for an item's secret.
  case secret(String)
  case delete(String)
  case unlock(String)
  /// Has a question asked; the answer comes when the user has answered.
  case prompt(String)
  case dismiss(String)
}
