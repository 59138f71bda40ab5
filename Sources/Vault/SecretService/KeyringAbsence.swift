internal import SealedFormat

/// Why a failure means that there is no desktop keyring here, as on a server; and not that there is one
/// that does not do its work.
package struct KeyringAbsence: Error {
  /// The failure below this one, where there is one.
  let cause: (any Error)?

  init(_ cause: (any Error)? = nil) { self.cause = cause }
}
