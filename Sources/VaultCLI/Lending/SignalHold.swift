import CLinux
import Glibc

/// Holds back the signals that end a program, from before there is something to clean up until after it,
/// and gives them out one by one.
struct SignalHold: ~Copyable {
  private static let numbers = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGCHLD,
  ]

  /// A signal that came.
  struct Signal {
    let number: Int32
    /// Whether it came from the kernel, as for a key of the terminal, which all programs there get.
    let isFromKernel: Bool
  }

  private let held: sigset_t
  /// What was held back before, and is so for a child.
  let previous: sigset_t

  init() {
    var held = sigset_t()
    unsafe sigemptyset(&held)
    for number in Self.numbers { unsafe sigaddset(&held, number) }
    var previous = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &held, &previous)
    self.held = held
    self.previous = previous
    // Where our parent ignores it, the kernel would not tell how a child ended.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Whatever came meanwhile is delivered now.
  deinit {
    var mask = previous
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  consuming func end() {}

  /// Waits for the next one.
  borrowing func next() -> Signal {
    var held = held
    while true {
      var isFromKernel: Int32 = 0
      let number = unsafe vault_wait_for_signal(&held, &isFromKernel)
      if number > 0 { return Signal(number: number, isFromKernel: isFromKernel != 0) }
    }
  }

  /// Whether a signal has come and waits to be given out.
  borrowing func isPending(_ number: Int32) -> Bool {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    return unsafe sigismember(&pending, number) == 1
  }
}
