internal import Glibc

/// The time since the machine started, which nobody can set: for deadlines and measurements.
///
/// `ContinuousClock` is in the concurrency library, which loads libdispatch: that costs
/// docker-credential-vault 17 system calls and 2 MB on every image pull.
package enum SteadyClock {
  package static var now: Duration {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Waits; a signal that does not end the program does not end the wait.
  package static func sleep(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while unsafe nanosleep(&wanted, &rest) == -1 && errno == EINTR { wanted = rest }
  }
}
