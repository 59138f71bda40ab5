import CLinux
import Glibc

/// Blocks signals for its lifetime, so that none ends the program before it has cleaned up, and returns
/// them one by one.
struct SignalHold: ~Copyable {
  /// Those that stop a program at its terminal, and those for a fault of the program itself, which are
  /// not blocked.
  private static let excepted = [
    SIGTSTP, SIGTTIN, SIGTTOU, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS,
  ]

  /// A signal that came.
  struct Signal {
    let number: Int32
    /// Whether another process sent it, and to us: the kernel sends those of the terminal's keys to the
    /// child too.
    let isPassedOn: Bool
  }

  private let held: sigset_t
  /// The mask before, which a child gets.
  let previous: sigset_t

  init() {
    var held = sigset_t()
    unsafe sigfillset(&held)
    for number in Self.excepted { unsafe sigdelset(&held, number) }
    var previous = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &held, &previous)
    self.held = held
    self.previous = previous
    // If it is ignored, the kernel does not tell how a child ended.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Pending signals are delivered now.
  deinit {
    var mask = previous
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  consuming func end() {}

  /// Waits for the next one.
  borrowing func next() -> Signal {
    var held = held
    while true {
      var isPassedOn: Int32 = 0
      let number = unsafe vault_wait_for_signal(&held, &isPassedOn)
      if number > 0 { return Signal(number: number, isPassedOn: isPassedOn != 0) }
    }
  }

  /// Whether a signal is pending.
  borrowing func isPending(_ number: Int32) -> Bool {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    return unsafe sigismember(&pending, number) == 1
  }
}
