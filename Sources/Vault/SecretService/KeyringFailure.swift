internal import SealedFormat
internal import CSecretService

/// An answer that says that a call has failed.
struct KeyringFailure: Error {
  let outcome: vault_keyring_outcome
  /// The failure's name on the bus, or "".
  let name: String
  /// The keyring's own words, perhaps none.
  let text: String

  /// Whether the keyring is locked.
  var isLocked: Bool { name == "org.freedesktop.Secret.Error.IsLocked" }

  /// Whether a key for handing over secrets may be at fault, which another key would not be.
  var mayBeSpoiledKey: Bool {
    // KWallet 5 has no such session, it says, if what was encrypted for it does not decode.
    outcome == VAULT_KEYRING_MALFORMED || name == "org.freedesktop.DBus.Error.InvalidArgs"
      || name == "org.freedesktop.Secret.Error.NoSession"
  }

  /// Whether what was named is not there, or no longer.
  var isMissing: Bool {
    [
      "org.freedesktop.Secret.Error.NoSuchObject", "org.freedesktop.DBus.Error.UnknownObject",
      "org.freedesktop.DBus.Error.UnknownMethod", "org.freedesktop.DBus.Error.UnknownInterface",
    ].contains(name)
  }

  /// The failure in words for people, with the way out.
  var explained: VaultError {
    switch outcome {
    case VAULT_KEYRING_ENDED:
      return VaultError(
        .unreachable, "the session bus ended the connection or broke its protocol", cause: self)
    case VAULT_KEYRING_MALFORMED: return KeyringReply.malformed
    default: break
    }
    return switch name {
    case "org.freedesktop.Secret.Error.IsLocked": .keyringIsLocked
    // The last two come where it had gone before the call came: it was there when we connected.
    case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected",
      "org.freedesktop.DBus.Error.NameHasNoOwner", "org.freedesktop.DBus.Error.ServiceUnknown":
      VaultError(
        .unreachable, "the desktop keyring ended before it answered: try again", cause: self)
    case "org.freedesktop.DBus.Error.AccessDenied":
      VaultError(.refused, "the desktop keyring refuses: \(words)", cause: self)
    default: VaultError(.unreachable, "the desktop keyring fails: \(words)", cause: self)
    }
  }

  /// The keyring's words, shortened: they are not ours.
  private var words: String {
    String((text.isEmpty ? name : text).prefix(300)).escapingControls
  }
}

extension VaultError {
  /// The user dismissed the keyring's question.
  static var keyringWasDismissed: VaultError {
    VaultError(.refused, "the question of the desktop keyring was dismissed: nothing was changed")
  }

  /// There is no collection for new items.
  static var keyringHasNoDefault: VaultError {
    VaultError(
      .configuration,
      "the desktop keyring has no default keyring to keep anything in: make one in its own program "
        + "and mark it as the default, then try again")
  }

  /// The keyring is there and locked, so nobody knows what it has.
  static var keyringIsLocked: VaultError {
    VaultError(
      .unavailable,
      "the desktop keyring is locked: unlock it in the desktop session, as by its password "
        + "program, then try again")
  }
}
