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

  /// Why a setuid or setgid copy does nothing; nil if this process is none.
  ///
  /// Its arguments too are chosen by that user, and could name any file of its owner.
  package static var refusalOfSetuid: String? {
    guard getuid() != geteuid() || getgid() != getegid() else { return nil }
    return
      "this program does not run setuid or setgid, because it would give the logins of its owner "
      + "to everybody who starts it"
  }
}
