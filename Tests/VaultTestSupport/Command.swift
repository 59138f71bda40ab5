internal import Glibc
internal import Synchronization

/// A program to run to its end, with its output caught.
package struct Command {
  /// The program and its arguments.
  package var words: [String]
  /// All of its environment.
  package var environment: [String: String]
  /// What it reads on standard input.
  package var input: [UInt8] = []
  /// After how many seconds it is killed and the test fails.
  package var patience: Double = 60

  package init(_ words: [String], environment: [String: String] = Self.plainEnvironment) {
    self.words = words
    self.environment = environment
  }

  /// The least that Debian's programs need.
  package static let plainEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
  ]

  /// Runs it to its end.
  package func run() throws -> Outcome { try start().finish() }

  /// Starts it; it has no terminal.
  package func start() throws -> RunningCommand {
    // It all fits into the pipe, so that nobody has to feed it while the program runs.
    guard input.count <= 65_536 else { throw TestFailure("too much input for a pipe") }
    let (reading, writing) = try makePipe()
    defer { close(reading) }
    do {
      defer { close(writing) }
      try writeAll(input, to: writing)
    }
    return try RunningCommand(self, input: reading)
  }
}

/// What came of a command.
package struct Outcome {
  package let ending: Ending
  package let outputBytes: [UInt8]
  package let errorBytes: [UInt8]

  /// The exit status, or nil where a signal ended it.
  package var status: Int32? { if case .exited(let status) = ending { status } else { nil } }
  /// Standard output as text.
  package var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// Standard error as text.
  package var errors: String { String(decoding: errorBytes, as: UTF8.self) }
}

/// A command between its start and its end.
package final class RunningCommand {
  package let process: ChildProcess
  private let output: AnonymousFile
  private let errors: AnonymousFile
  private let patience: Double

  fileprivate init(_ command: Command, input: Int32) throws {
    output = try AnonymousFile()
    errors = try AnonymousFile()
    patience = command.patience
    process = try ChildProcess(
      command.words, environment: command.environment,
      descriptors: [input, output.descriptor, errors.descriptor], inOwnSession: true)
  }

  /// Waits for its end.
  package func finish() throws -> Outcome {
    let ending = try process.wait(atMost: patience)
    return Outcome(
      ending: ending, outputBytes: try output.bytes(), errorBytes: try errors.bytes())
  }
}

/// A pipe whose ends no other child gets.
func makePipe() throws -> (reading: Int32, writing: Int32) {
  var ends: [Int32] = [-1, -1]
  let status = descriptorLock.withLock { _ in
    let status = unsafe pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return status
  }
  guard status == 0 else { throw TestFailure("cannot make a pipe: \(errno)") }
  return (ends[0], ends[1])
}

/// An open file that is closed when nothing holds it any more.
final class OpenFile {
  let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}

/// Opens a file for a child to read.
func openFile(_ path: String) throws -> OpenFile {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw TestFailure("cannot open \(path): \(errno)") }
  return OpenFile(descriptor)
}

/// A file without a name, into which a program writes while we look on.
final class AnonymousFile {
  let descriptor: Int32

  init() throws {
    var template = Array("/tmp/vault-tests-output-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw TestFailure("cannot make a temporary file: \(errno)") }
    unsafe unlink(template)
  }

  deinit { close(descriptor) }

  /// Everything that was written so far.
  func bytes() throws -> [UInt8] { try readAll(descriptor) }

  /// The whole lines that were written so far.
  func lines() throws -> [Substring] {
    String(decoding: try bytes(), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }
}
