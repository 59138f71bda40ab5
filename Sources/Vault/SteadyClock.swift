internal import Glibc

/// The time since the machine started, which nobody can set: for deadlines and for measuring.
///
/// Not `ContinuousClock`: that lies in the concurrency library, which brings libdispatch, and to
/// start that one costs docker-credential-vault 17 system calls and 2 MB on every image pull.
enum SteadyClock {
  static var now: Duration {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
