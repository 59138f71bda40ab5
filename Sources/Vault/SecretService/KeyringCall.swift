internal import SealedFormat

/// A call that carries no secret.
enum KeyringCall {
  case openSession
  /// Looks for items that have all of these attributes.
  case search([String: String])
  /// Asks for one property of an object.
  case property(path: String, interface: String, name: String)
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
