/// A command that has done everything and stands at its last system call.
package final class HaltedCommand {
  private let running: RunningCommand
  /// The process of the command.
  package let pid: Int32
  /// What it is about to end with.
  package let status: Int32

  private static var exitNumber: String {
    #if arch(x86_64)
      "231"
    #else
      "94"
    #endif
  }

  /// Starts a command and waits until it wants to end.
  package init(_ command: Command) throws {
    let folder = try TemporaryFolder()
    let file = folder.path("pid")
    var halted = command
    // Longer than any search; without strace it goes on at once.
    halted.words =
      Tracing.words("trace=exit_group", "inject=exit_group:delay_enter=60000000")
      + ["sh", "-c", "echo $$ > \(file); exec \"$@\"", "sh"] + command.words
    let running = try halted.start()
    (pid, status) = try waitFor("the command to end", atMost: 30) {
      guard let bytes = try? readFile(file), bytes.last == UInt8(ascii: "\n"),
        let pid = Int32(String(decoding: bytes.dropLast(), as: UTF8.self)),
        let call = try? readProcFile("/proc/\(pid)/syscall"),
        case let fields = String(decoding: call, as: UTF8.self).split(separator: " "),
        fields.count > 1, fields[0] == Self.exitNumber,
        let status = Int32(fields[1].dropFirst(2), radix: 16)
      else {
        if running.process.poll() != nil { throw TestFailure("it ended: \(command.words)") }
        return nil
      }
      return (pid, status)
    }
    self.running = running
  }
}

/// Waits until something holds.
package func waitUntil(
  _ what: String, atMost seconds: Double = 20, _ holds: () throws -> Bool
) throws {
  try waitFor(what, atMost: seconds) { try holds() ? () : nil }
}
