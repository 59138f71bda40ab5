internal import CLinux
internal import Glibc

/// A system call that failed: its `errno` and nothing else, so that no secret can be in it.
package struct SystemError: Error, Hashable, Sendable {
  /// The value of `errno` right after the call.
  package let number: Int32

  package init(number: Int32) {
    self.number = number
  }

  /// The system's own words for the failure.
  package var reason: String {
    unsafe String(cString: vault_error_text(number))
  }

  /// Turns the failure into one that a user can act on.
  package func failing(_ action: String, as code: VaultError.Code = .inputOutput) -> VaultError {
    switch number {
    case ENOSPC, EDQUOT:
      VaultError(code, "\(action): \(reason); free some space and try again", cause: self)
    default:
      VaultError(code, "\(action): \(reason)", cause: self)
    }
  }
}

/// Runs a system call, again after EINTR, and throws what `errno` says if it returns -1.
package func checked<Result: FixedWidthInteger>(
  _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    guard result == -1 else { return result }
    let number = errno
    guard number == EINTR else { throw SystemError(number: number) }
  }
}

/// Runs a system call and turns its failure into a `VaultError`.
package func checked<Result: FixedWidthInteger>(
  _ action: @autoclosure () -> String, as code: VaultError.Code = .inputOutput,
  _ call: () -> Result
) throws(VaultError) -> Result {
  do throws(SystemError) { return try checked(call) } catch {
    throw error.failing(action(), as: code)
  }
}
