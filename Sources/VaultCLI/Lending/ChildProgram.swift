import CLinux
import Glibc
import SealedFormat
import Vault

/// A program that runs in our place, at our terminal and in our group of processes.
struct ChildProgram {
  /// The statuses with which shells say that a program is not there, or cannot be started.
  private static let isMissing: Int32 = 127
  private static let isNoProgram: Int32 = 126

  /// The path of the program.
  let path: String
  /// Its name as it was given, and its arguments.
  let words: [String]

  /// Finds the program; nil where there is none.
  ///
  /// - Parameters:
  ///   - words: Its name or path, and its arguments.
  ///   - session: Says where programs lie.
  init?(_ words: [String], in session: Session) {
    guard let name = words.first, !name.isEmpty else { return nil }
    self.words = words
    if name.contains("/") {
      path = session.environment.absolute(name)
      guard unsafe access(path, F_OK) == 0 else { return nil }
    } else {
      guard let found = session.program(name) else { return nil }
      path = found
    }
  }

  /// What came of a program.
  static func missing(_ name: String, _ console: Console) -> Ending {
    console.fatal("\(name): there is no such program")
    return .program(isMissing)
  }

  /// Runs it to its end.
  ///
  /// Signals that are sent to us are passed on; those of the terminal it gets by itself. If it stops, so do
  /// we, so that the shell that waits for us goes on.
  ///
  /// - Parameters:
  ///   - variables: What its environment has besides ours, or instead.
  ///   - secret: A further variable, `NAME=VALUE` and a NUL, that holds a secret; empty for none.
  ///   - hold: Holds back the signals from before this on.
  ///   - console: Is told where it cannot be started.
  /// - Returns: How it ended.
  func run(
    with variables: [String: String], secret: consuming SecretBytes, _ hold: borrowing SignalHold,
    _ console: Console
  ) -> Ending {
    var child: pid_t = 0
    let failure = start(with: variables, secret: secret, hold, &child)
    guard failure == 0 else {
      console.fatal(
        "\(path) cannot be started: \(unsafe String(cString: vault_error_text(failure)))")
      return .program(failure == ENOENT ? Self.isMissing : Self.isNoProgram)
    }
    while true {
      let signal = hold.next()
      switch signal.number {
      case SIGCHLD:
        if let ending = ending(of: child, hold) { return ending }
      case SIGCONT:
        kill(child, SIGCONT)
      default:
        if !signal.isFromKernel { kill(child, signal.number) }
      }
    }
  }

  /// How the child ended; nil while it has not.
  private func ending(of child: pid_t, _ hold: borrowing SignalHold) -> Ending? {
    while true {
      var value: Int32 = 0
      switch unsafe vault_child_state(child, &value) {
      case VAULT_CHILD_EXITED: return .program(value)
      case VAULT_CHILD_KILLED: return .signal(value)
      case VAULT_CHILD_LOST: return .status(.internalFault)
      case VAULT_CHILD_STOPPED:
        // Whoever lets it go on by itself, as a debugger does, is not to find us stopped for ever.
        guard isAtTerminal(child), !hold.isPending(SIGCONT) else { return nil }
        raise(SIGSTOP)
        kill(child, SIGCONT)
      default: return nil
      }
    }
  }

  /// Whether a shell has given the terminal to us, or to a child that is a shell itself, and takes it
  /// back when we stop.
  private func isAtTerminal(_ child: pid_t) -> Bool {
    let terminal = unsafe open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return [getpgrp(), getpgid(child)].contains(tcgetpgrp(terminal))
  }

  private func start(
    with variables: [String: String], secret: consuming SecretBytes, _ hold: borrowing SignalHold,
    _ child: inout pid_t
  ) -> Int32 {
    var inherited = unsafe ProgramVariables(copying: environ).setting(variables)
    if let equals = secret.bytes.firstOffset(of: UInt8(ascii: "=")),
      let name = secret.bytes.extracting(0..<equals).publicText
    {
      inherited = inherited.removing([name])
    }
    do throws(SystemError) {
      child = try InteractiveProgram.start(
        path, words, variables: inherited, secret: secret, mask: hold.previous)
      return 0
    } catch {
      return error.number
    }
  }
}
