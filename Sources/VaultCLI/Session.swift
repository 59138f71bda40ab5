import ArgumentParser
import FoundationEssentials
import Glibc
import SealedFormat
import Vault

/// The outside world of one command: everything that a command reads and writes besides files.
///
/// Tests make their own, so that a whole command line runs inside a test.
struct Session: Sendable {
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
      ProcessInfo.processInfo.environment,
      workingFolder: currentFolder())
    return Session(
      environment: environment, input: STDIN_FILENO,
      output: Output(descriptor: STDOUT_FILENO, environment: environment),
      errors: Output(descriptor: STDERR_FILENO, environment: environment),
      terminalPath: "/dev/tty", now: { Int64(Date().timeIntervalSince1970) })
  }

  /// The working folder; one that was removed stays a place where nothing is.
  private static func currentFolder() -> String {
    let folder = FileManager.default.currentDirectoryPath
    return folder.isEmpty ? "/proc/self/cwd" : folder
  }

  /// Parses and runs one command line.
  ///
  /// - Parameter arguments: The words after the program's name; nil takes the process's own.
  /// - Returns: What the command ended with.
  func run(_ arguments: [String]? = nil) -> Ending {
    do {
      var command = try VaultCommand.parseAsRoot(arguments)
      if let command = command as? ExecCommand { return try command.ending(in: self) }
      if let command = command as? any SessionCommand {
        try command.run(in: self)
      } else {
        try command.run()
      }
      return .status(.done)
    } catch let error as VaultError {
      return end(with: error)
    } catch {
      let message = VaultCommand.fullMessage(for: error)
      guard VaultCommand.exitCode(for: error) == .success else {
        talk.fatal(usage(message, arguments ?? CommandLine.arguments))
        return .status(.usage)
      }
      return end { () throws(VaultError) in try output.write(message + "\n") }
    }
  }

  /// What is wrong with a command line, without a password that may stand in it.
  private func usage(_ message: String, _ arguments: [String]) -> String {
    let values = arguments.compactMap { word -> Substring? in
      if word.hasPrefix("--password"), let equals = word.firstIndex(of: "=") {
        return word[word.index(after: equals)...]
      }
      return word.hasPrefix("-p") ? word.dropFirst(2) : nil
    }
    if values.contains(where: { !$0.isEmpty && message.contains($0) }) {
      return
        "this is not a command line of ours; it is not repeated, as it may hold a password: see  "
        + "\(programName) registry login --help"
    }
    return message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
  }

  private func end(after body: () throws(VaultError) -> Void) -> Ending {
    do throws(VaultError) {
      try body()
      return .status(.done)
    } catch {
      return end(with: error)
    }
  }

  private func end(with error: VaultError) -> Ending {
    if case .interrupted(let signal) = error.code { return .signal(signal) }
    if !error.message.isEmpty { talk.fatal(error.message) }
    return .status(ExitStatus(error.code))
  }

  /// Talk to the person, all of it.
  var talk: Talk { Talk(output: errors, level: .normal) }

  /// What the program is called in messages: its full path where `vault` is another program, such as
  /// HashiCorp's.
  var programName: String {
    guard let own = resolve("/proc/self/exe") else { return "vault" }
    return program("vault").flatMap(resolve) == own ? "vault" : own
  }

  /// The folder in which this program lies.
  var ownFolder: String? {
    guard let own = resolve("/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
      return nil
    }
    return String(own[..<slash])
  }

  /// The first program of a name on the PATH.
  func program(_ name: String) -> String? {
    (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy.map {
      "\($0)/\(name)"
    }
    .first { unsafe access($0, X_OK) == 0 }
  }

  /// The local time some seconds from now, as a clock shows it.
  func clockTime(after seconds: UInt32) -> String {
    var time = time_t(now() + Int64(seconds))
    var parts = unsafe tm()
    unsafe localtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A path with all its links followed, where it is there.
  func resolve(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

/// How a command line ended.
enum Ending: Equatable {
  case status(ExitStatus)
  /// With the status of a program that was run.
  case program(Int32)
  /// A signal came at a prompt, and the terminal is as it was before; or it ended a program that was run.
  case signal(Int32)
}
