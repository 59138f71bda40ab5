internal import SealedFormat
internal import Glibc

/// Holds back the signals by which people and systems end a program, while a moment must not be cut
/// short; what came meanwhile is delivered after it.
struct SignalPause: ~Copyable {
  private let previous: sigset_t

  init() {
    var held = sigset_t()
    unsafe sigemptyset(&held)
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { unsafe sigaddset(&held, number) }
    var previous = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &held, &previous)
    self.previous = previous
  }

  deinit {
    var mask = previous
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
