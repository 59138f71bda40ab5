import Compat

extension MigrationPlan.Option {
  /// Whose secret it is and where, such as "the secret of alice in FILE line 3".
  var words: String { SecretWords.of(username) + " in " + (place ?? "the vault") }
}

/// Words for a secret, in questions and messages.
enum SecretWords {
  /// Whose secret it is; a token alone has no user name.
  static func of(_ username: String) -> String {
    username.isEmpty ? "a token" : "the secret of \(username)"
  }
}
