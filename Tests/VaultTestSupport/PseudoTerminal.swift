internal import Glibc

/// A program at a terminal of its own, with us at the keyboard.
///
/// Between the program and us stands a session leader, as a shell does: when a session leader ends,
/// the kernel puts the terminal back itself, and nobody could see whether the program had done so.
package final class PseudoTerminal {
  private let keyboard: OpenFile
  private let leader: ChildProcess
  private let report: OpenFile
  /// The leader stays until this is closed.
  private let lifeline: OpenFile
  /// All that was on the screen so far.
  package private(set) var screen = ""
  /// How much of the screen `expect` has passed.
  private var passed = 0

  /// The leader: takes the terminal, starts the program, tells its number and its end.
  private static let leaderScript = """
    import fcntl, os, signal, sys, termios
    fcntl.ioctl(3, termios.TIOCSCTTY, 0)
    signals = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    for number in signals:
        signal.signal(number, signal.SIG_IGN)
    program = os.fork()
    if program == 0:
        for number in signals + (signal.SIGPIPE,):
            signal.signal(number, signal.SIG_DFL)
        for number in range(3):
            os.dup2(3, number)
        os.close(3)
        os.execvp(sys.argv[1], sys.argv[1:])
    print(program, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]), flush=True)
    sys.stdin.read()
    """

  /// Starts a program on a new terminal.
  package init(_ words: [String], environment: [String: String]) throws {
    let terminal: OpenFile
    (keyboard, terminal) = try OpenFile.terminal()
    report = try OpenFile.unnamed()
    let reading: OpenFile
    (reading, lifeline) = try OpenFile.pipe()
    leader = try ChildProcess(
      ["python3", "-c", Self.leaderScript] + words, environment: environment,
      descriptors: [reading, report, report, terminal], inOwnSession: true)
  }

  /// Whether the terminal shows what is typed.
  package var echoes: Bool {
    var settings = termios()
    return unsafe tcgetattr(keyboard.descriptor, &settings) == 0
      && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Waits until the program has shown a text, after those that were waited for before.
  package func expect(_ text: String, within seconds: Double = 20) throws {
    do {
      try waitFor("\"\(text)\"", atMost: seconds) {
        let hasEnded = try reportedEnding() != nil  // asked first: what it wrote is then all there
        readScreen()
        guard let found = screen.utf8.dropFirst(passed).firstRange(of: text.utf8) else {
          if hasEnded { throw TestFailure("the program ended before \"\(text)\"") }
          return nil as Void?
        }
        passed = screen.utf8.distance(from: screen.startIndex, to: found.upperBound)
        return ()
      }
    } catch {
      throw TestFailure("\(error); on the screen is:\n\(screen)")
    }
  }

  /// Types keys; `\r` is Enter, `\u{3}` is Ctrl-C.
  package func type(_ keys: String) throws {
    try writeAll(Array(keys.utf8), to: keyboard.descriptor)
  }

  /// Sends the program a signal, not through the terminal.
  package func signal(_ number: Int32) throws {
    let program = try waitFor("the program's start", atMost: 20) { try report.lines().first }
    guard let pid = Int32(program) else { throw TestFailure("no process number: \(program)") }
    kill(pid, number)
  }

  /// Waits for the program's end; the terminal stays as it left it.
  package func finish(within seconds: Double = 60) throws -> Ending {
    let ending = try waitFor("the program at the terminal to end", atMost: seconds) {
      readScreen()
      return try reportedEnding()
    }
    readScreen()
    return ending
  }

  private func reportedEnding() throws -> Ending? {
    if leader.poll() != nil {
      throw TestFailure(
        "the session leader has died: \(String(decoding: try report.bytes(), as: UTF8.self))")
    }
    let lines = try report.lines()
    guard lines.count == 2, let number = Int32(lines[1]) else { return nil }
    return number < 0 ? .killed(by: -number) : .exited(number)
  }

  private func readScreen() {
    var ready = pollfd(fd: keyboard.descriptor, events: Int16(POLLIN), revents: 0)
    var block = [UInt8](repeating: 0, count: 4_096)
    while unsafe Glibc.poll(&ready, 1, 0) == 1, Int32(ready.revents) & POLLIN != 0 {
      let count = unsafe read(keyboard.descriptor, &block, block.count)
      guard count > 0 else { return }
      screen += String(decoding: block[..<count], as: UTF8.self)
    }
  }
}
