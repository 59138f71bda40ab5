import FoundationEssentials
import Glibc
import SealedFormat
import Vault

/// The outside world of one command: everything that a command reads and writes besides files.
///
/// Tests make their own, so that a whole command line runs inside a test.
struct Session: Sendable {
  /// The words after the name of the program, which need not be UTF-8.
  let arguments: [[UInt8]]
  let environment: Environment
  let input: Int32
  let output: Output
  let errors: Output
  /// The device that prompts use; `/dev/tty` but in tests.
  let terminalPath: String
  /// The present, in seconds since 1970.
  let now: @Sendable () -> Int64

  /// The world of this process.
  static func ofProcess() -> Session {
    let environment = Environment(
      ProcessUser.hasRaisedRights ? [:] : ProcessInfo.processInfo.environment,
      workingFolder: currentFolder())
    return Session(
      arguments: Array(OwnProgram.words.dropFirst()), environment: environment, input: STDIN_FILENO,
      output: Output(descriptor: STDOUT_FILENO, environment: environment),
      errors: Output(descriptor: STDERR_FILENO, environment: environment),
      terminalPath: "/dev/tty", now: { Int64(Date().timeIntervalSince1970) })
  }

  /// The working folder; one that was removed stays a place where nothing is.
  private static func currentFolder() -> String {
    let folder = FileManager.default.currentDirectoryPath
    return folder.isEmpty ? "/proc/self/cwd" : folder
  }

  /// Messages at the normal level.
  var console: Console { Console(output: errors, level: .normal) }

  /// What the program is called in messages: the name by which it was called, or its full path if that
  /// name is another program's, such as HashiCorp's.
  var programName: String {
    guard let own = OwnProgram.path else { return calledName }
    let names = [calledName, OwnProgram.realName, OwnProgram.linkName]
    return names.first { program($0).flatMap(Path.resolved) == own } ?? own
  }

  /// The first program of a name on the PATH.
  func program(_ name: String) -> String? { Program.find(name, on: environment["PATH"]) }

  /// The local time after a duration from now, as a clock shows it.
  func clockTime(after duration: Duration) -> String {
    var time = time_t(now() + duration.components.seconds)
    var parts = unsafe tm()
    unsafe localtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
