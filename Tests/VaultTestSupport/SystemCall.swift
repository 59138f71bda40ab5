/// A system call that a command makes: the so-and-so-many-th of its name.
package struct SystemCall: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  package let ordinal: Int
  /// The line that strace wrote, for messages.
  package let line: String

  package init(name: String, ordinal: Int, line: String) {
    self.name = name
    self.ordinal = ordinal
    self.line = line
  }

  package var description: String { "\(name) #\(ordinal): \(line)" }

  /// Whether it concerns nothing but memory, randomness and the like, which no file sees.
  package var isInternal: Bool {
    ["mmap", "munmap", "mprotect", "madvise", "mlock", "munlock", "brk", "getrandom"]
      .contains(name)
  }
}

extension Command {
  /// The calls that a command makes, in their order; it has to succeed.
  package func systemCalls() throws -> [SystemCall] {
    let folder = try TemporaryFolder()
    let outcome = try traced("-o", folder.path("trace")).run()
    guard outcome.status == 0 else { throw TestFailure("\(words) failed: \(outcome.errors)") }
    var counts: [Substring: Int] = [:]
    return String(decoding: try readFile(folder.path("trace")), as: UTF8.self)
      .split(separator: "\n").compactMap { line in
        let call = line.drop { $0 != " " }.drop { $0 == " " }
        let name = call.prefix { $0 != "(" }
        guard name.first?.isLetter ?? false, name.count < call.count else { return nil }
        counts[name, default: 0] += 1
        return SystemCall(
          name: String(name), ordinal: counts[name] ?? 0, line: String(call.prefix(120)))
      }
  }

  /// The same command with faults at some calls.
  ///
  /// - Parameter faults: What happens at a call, as strace's `inject` has it: `signal=KILL`,
  ///   `error=EIO`.
  /// - Returns: The command under strace.
  package func injecting(_ faults: (call: SystemCall, fault: String)...) -> Command {
    let expressions = faults.flatMap { call, fault in
      ["-e", "inject=\(call.name):\(fault):when=\(call.ordinal)"]
    }
    let names = Set(faults.map(\.call.name)).sorted().joined(separator: ",")
    return traced(["-o", "/dev/null", "-e", "trace=\(names)"] + expressions)
  }

  private func traced(_ options: String...) -> Command { traced(options) }

  /// Without random addresses and hashes, the calls are the same ones at every run.
  private func traced(_ options: [String]) -> Command {
    var command = self
    command.words = ["setarch", "-R", "strace", "-f"] + options + words
    command.environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    return command
  }
}
