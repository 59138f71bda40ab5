import CLinux
import Glibc
import SealedFormat
import Vault

/// A child process that has our terminal, standard streams and process group.
struct ChildProgram {
  /// The exit statuses of shells for a program that is missing, or that cannot be started.
  private static let isMissing: Int32 = 127
  private static let isNoProgram: Int32 = 126

  /// The path of the program.
  private let path: [UInt8]
  /// Its name as it was given, and its arguments; they need not be UTF-8.
  private let words: [[UInt8]]

  /// Finds the program; nil if there is none.
  init?(_ words: [[UInt8]], in session: Session) {
    guard let name = words.first, !name.isEmpty else { return nil }
    self.words = words
    if name.contains(UInt8(ascii: "/")) {
      path = name
      let text = name.map { CChar(bitPattern: $0) } + [0]
      guard unsafe access(text, F_OK) == 0 else { return nil }
    } else {
      guard let found = session.program(String(decoding: name, as: UTF8.self)) else { return nil }
      path = Array(found.utf8)
    }
  }

  /// The ending if there is no such program.
  static func missing(_ name: String, _ console: Console) -> Ending {
    console.fatal("\(name): there is no such program")
    return .program(isMissing)
  }

  /// Runs it to its end.
  ///
  /// Signals that are sent to us are passed on; those of the terminal it gets by itself. If it stops, we
  /// stop too, so that the shell that waits for us continues.
  ///
  /// - Parameters:
  ///   - variables: Added to our environment, or replaced in it.
  ///   - secret: A further variable, `NAME=VALUE` and a NUL, that holds a secret; empty for none.
  func run(
    with variables: [String: String], secret: consuming SecretBytes, _ hold: borrowing SignalHold,
    _ console: Console
  ) -> Ending {
    var child: pid_t = 0
    let failure = start(with: variables, secret: secret, hold, &child)
    guard failure == 0 else {
      console.fatal(
        "\(String(decoding: path, as: UTF8.self)) cannot be started: \(unsafe String(cString: vault_error_text(failure)))"
      )
      return .program(failure == ENOENT ? Self.isMissing : Self.isNoProgram)
    }
    while true {
      let signal = hold.next()
      switch signal.number {
      case SIGCHLD:
        vault_reap_orphans(child)
        if let ending = ending(of: child, hold) { return ending }
      case SIGCONT:
        kill(child, SIGCONT)
      default:
        if signal.isPassedOn { kill(child, signal.number) }
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
        // If a debugger continues the child alone, we must not stay stopped.
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
      var mask = hold.previous
      child = try unsafe InteractiveProgram.start(
        path, words, variables: inherited, secret: secret, mask: &mask)
      return 0
    } catch {
      return error.number
    }
  }
}
