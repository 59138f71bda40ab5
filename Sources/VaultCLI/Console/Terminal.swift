import CLinux
import Glibc
import Synchronization
import SealedFormat
import Vault

/// The user's terminal, apart from standard input and output, which may be pipes.
struct Terminal: ~Copyable {
  /// The most bytes of a line that the kernel passes on (N_TTY_BUF_SIZE); it drops the rest silently.
  private static let longestLine = 4095

  private let descriptor: Int32

  /// Opens the terminal.
  ///
  /// - Parameter path: The device.
  /// - Throws: `configuration` where there is none.
  init(path: String) throws(VaultError) {
    let opened = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard opened >= 0 else { throw VaultError(.configuration, "there is no terminal to ask on") }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Reads one line straight into guarded memory.
  ///
  /// However it ends, by Enter, a signal or an error, the terminal is put back as it was.
  ///
  /// - Parameters:
  ///   - prompt: What is asked, shown as it stands.
  ///   - isHidden: Whether what is typed stays invisible.
  ///   - limit: The most bytes of an answer.
  /// - Returns: The line without its end.
  /// - Throws: `interrupted` where a signal asked the program to end, `refused` where the user ended
  ///   the input, `invalidInput` for a line that is too long.
  func ask(
    _ prompt: String, isHidden: Bool, limit: Int
  ) throws(VaultError) -> SecretBytes {
    let prompt = prompt.escapingControls
    let watch = SignalWatch()
    let mode = try TerminalMode(descriptor, isHidden: isHidden)
    write(prompt)
    let answer = try SecretBytes(capacity: limit) { (output) throws(VaultError) in
      while let byte = try nextByte(watch, mode, prompt: prompt) {
        if byte == UInt8(ascii: "\n") { return }
        guard output.freeCapacity > 0 else {
          throw VaultError(.invalidInput, "the answer is longer than \(limit) bytes")
        }
        output.append(byte)
      }
      guard output.byteCount > 0 else { throw VaultError(.refused, "no answer was given") }
    }
    mode.restore()
    watch.end()
    guard answer.count < Self.longestLine else {
      throw VaultError(
        .invalidInput,
        "a terminal cuts a line off at \(Self.longestLine) bytes, so the answer is not complete: give "
          + "it by file or standard input")
    }
    return answer
  }

  /// Waits for a byte or a signal; nil at the end of the input.
  private func nextByte(
    _ watch: borrowing SignalWatch, _ mode: borrowing TerminalMode, prompt: String
  ) throws(VaultError) -> UInt8? {
    while true {
      if let signal = watch.wait(for: descriptor) {
        guard signal == SIGTSTP else {
          write("\n")
          throw VaultError(.interrupted(signal: signal), "interrupted by a signal")
        }
        mode.restore()
        watch.stop()
        mode.apply()
        write(prompt)
        continue
      }
      var byte: UInt8 = 0
      switch unsafe read(descriptor, &byte, 1) {
      case 1: return byte
      case 0: return nil
      default:
        guard errno == EINTR || errno == EAGAIN else {
          throw VaultError(.inputOutput, "cannot read from the terminal")
        }
      }
    }
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
  }
}

extension SecretBytes {
  /// Whether an answer is `y` or `yes`.
  func isYes() -> Bool {
    let text = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    return ["y", "yes"].contains(text.lowercased())
  }
}

/// A terminal's settings while a prompt is open; puts the old ones back at the end of its scope.
private struct TerminalMode: ~Copyable {
  private let descriptor: Int32
  private let saved: termios
  private let asking: termios

  init(_ descriptor: Int32, isHidden: Bool) throws(VaultError) {
    var saved = termios()
    guard unsafe tcgetattr(descriptor, &saved) == 0 else {
      throw VaultError(.configuration, "there is no terminal to ask on")
    }
    var asking = saved
    asking.c_lflag |= tcflag_t(ICANON | ISIG | ECHO | ECHONL)
    if isHidden { asking.c_lflag &= ~tcflag_t(ECHO) }
    self.descriptor = descriptor
    self.saved = saved
    self.asking = asking
    apply()
  }

  deinit { restore() }

  /// Settings for the prompt; what was typed before is dropped, so that it answers no question that
  /// was not yet asked.
  func apply() { set(asking) }

  func restore() { set(saved) }

  private func set(_ mode: termios) {
    var mode = mode
    _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &mode)
  }
}

/// The last signal that came while a prompt was open.
private let caughtSignal = Atomic<Int32>(0)

/// Catches the signals that end or stop a program, from before the terminal is changed until after it
/// is put back.
///
/// They are blocked but while the prompt waits, so that none can come between a look and the wait.
private struct SignalWatch: ~Copyable {
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
