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

  /// The environment that the tests themselves run in.
  package static let testEnvironment: [String: String] = {
    let bytes = (try? readProcFile("/proc/self/environ")) ?? []
    return Dictionary(
      bytes.split(separator: 0).compactMap { variable in
        let parts = variable.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return (
          String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)
        )
      }, uniquingKeysWith: { first, _ in first })
  }()

  /// Runs it to its end.
  package func run() throws -> Outcome { try start().finish() }

  /// Starts it; it has no terminal.
  package func start() throws -> RunningCommand {
    // It all fits into the pipe, so that nobody has to feed it while the program runs.
    guard input.count <= 65_536 else { throw TestFailure("too much input for a pipe") }
    let (reading, writing) = try OpenFile.pipe()
    try writeAll(input, to: writing.descriptor)
    writing.close()
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
  private let output: OpenFile
  private let errors: OpenFile
  private let patience: Double

  fileprivate init(_ command: Command, input: OpenFile) throws {
    output = try OpenFile.unnamed()
    errors = try OpenFile.unnamed()
    patience = command.patience
    process = try ChildProcess(
      command.words, environment: command.environment,
      descriptors: [input, output, errors], inOwnSession: true)
  }

  /// Waits for its end.
  package func finish() throws -> Outcome {
    let ending = try process.wait(atMost: patience)
    return Outcome(
      ending: ending, outputBytes: try output.bytes(), errorBytes: try errors.bytes())
  }
}
