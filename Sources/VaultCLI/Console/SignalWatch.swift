import CLinux
import Glibc
import Synchronization

/// The last signal that came while a prompt was open.
private let caughtSignal = Atomic<Int32>(0)

/// Catches the signals that end or stop a program, from before the terminal is changed until after it
/// is put back.
///
/// They are blocked but while the prompt waits, so that none can come between a look and the wait.
struct SignalWatch: ~Copyable {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

  private let previousActions: [sigaction]
  private let previousMask: sigset_t

  init() {
    caughtSignal.store(0, ordering: .relaxed)
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    for number in Self.numbers { unsafe sigaddset(&mask, number) }
    var previousMask = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &mask, &previousMask)
    self.previousMask = previousMask
    previousActions = Self.numbers.map { number in
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = {
        caughtSignal.store($0, ordering: .relaxed)
      }
      var previous = sigaction()
      unsafe sigaction(number, &action, &previous)
      // What we were started to ignore, as by nohup, stays ignored.
      if unsafe unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1 {
        unsafe sigaction(number, &previous, nil)
      }
      return previous
    }
  }

  deinit {
    for (number, previous) in zip(Self.numbers, previousActions) {
      var action = previous
      unsafe sigaction(number, &action, nil)
    }
    var mask = previousMask
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  consuming func end() {}

  /// Waits until there is something to read, and returns nil, or until a signal, and returns that.
  func wait(for descriptor: Int32) -> Int32? {
    var mask = previousMask
    _ = unsafe vault_wait_for_input(descriptor, &mask)
    let signal = caughtSignal.exchange(0, ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Stops the program as Ctrl-Z asks, and comes back when it goes on.
  func stop() {
    var standard = sigaction()
    unsafe standard.__sigaction_handler.sa_handler = SIG_DFL
    var own = sigaction()
    unsafe sigaction(SIGTSTP, &standard, &own)
    raise(SIGTSTP)
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, SIGTSTP)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)  // it is delivered here
    unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
    unsafe sigaction(SIGTSTP, &own, nil)
  }
}
