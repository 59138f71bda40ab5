import Compat
import SealedFormat

/// What a run has moved from files into the vault.
struct SealedLogins {
  var keys: Set<CredentialRecord.Key> = []
  /// The programs that used the logins.
  var uses: [MigrationUse] = []
  /// The number by which it can be undone; nil if no file was changed.
  var migration: Int?
}
