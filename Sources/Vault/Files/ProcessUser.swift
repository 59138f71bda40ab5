internal import SealedFormat
internal import Glibc

/// The user for whom this process acts.
package enum ProcessUser {
  /// The effective user id, read once because every ownership check uses it.
  package static let id: UInt32 = geteuid()
}
