internal import SealedFormat
internal import CLinux
internal import Glibc

/// The user for whom this process acts.
package enum ProcessUser {
  /// The effective user id, read once because every ownership check uses it.
  package static let id: UInt32 = geteuid()

  /// Whether this process has more rights than the user who started it, as a setuid program has.
  ///
  /// Then it must not read the environment, because that user chose it.
  package static var hasRaisedRights: Bool { vault_has_raised_rights() != 0 }
}
