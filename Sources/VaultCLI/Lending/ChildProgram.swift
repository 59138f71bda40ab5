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
    let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    let added = unsafe variables.map { unsafe strdup("\($0)=\($1)") }
    defer { unsafe (arguments + added).forEach { unsafe free($0) } }
    return unsafe secret.bytes.withUnsafeBytes { bytes in
      let last = unsafe bytes.bindMemory(to: CChar.self).baseAddress
      var names = Array(variables.keys)
      if bytes.count > 0, let last = unsafe last {
        let name = unsafe String(
          decoding: bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        names.append(name)
        let own = unsafe [UnsafeMutablePointer(mutating: last), nil]
        return unsafe start(arguments, Self.inherited(without: names) + added + own, hold, &child)
      }
      return unsafe start(arguments, Self.inherited(without: names) + added + [nil], hold, &child)
    }
  }

  private func start(
    _ arguments: [UnsafeMutablePointer<CChar>?], _ variables: [UnsafeMutablePointer<CChar>?],
    _ hold: borrowing SignalHold, _ child: inout pid_t
  ) -> Int32 {
    var mask = hold.previous
    return unsafe vault_start(path, arguments, variables, &mask, &child)
  }

  /// Our own environment to the byte, which need not be text.
  private static func inherited(without names: [String]) -> [UnsafeMutablePointer<CChar>?] {
    let prefixes = names.map { Array("\($0)=".utf8CString.dropLast()) }
    var kept: [UnsafeMutablePointer<CChar>?] = unsafe []
    var index = 0
    while let variable = unsafe environ[index] {
      let isReplaced = prefixes.contains { prefix in
        unsafe strncmp(variable, prefix, prefix.count) == 0
      }
      if !isReplaced { unsafe kept.append(variable) }
      index += 1
    }
    return unsafe kept
  }
}
