import Testing
import VaultTestSupport

/// A vault withstands that a command is killed, or told of a failure, at any of its system calls.
///
/// Without `VAULT_FULL_SWEEP` in the environment the tests take the commands that need no passphrase,
/// the calls that concern files, and a full disk; with it everything.
@Suite(.tracing)
struct CrashSweepTests {
  private static let changes = SweptChange.quick + (FullSweep.isOn ? SweptChange.slow : [])

  /// What the file system can answer, and which calls it can answer so.
  private static let failures: [(error: String, calls: Set<String>)] = [
    ("ENOSPC", writing), ("EDQUOT", writing), ("EIO", anyCall), ("ESTALE", anyCall),
    ("EINTR", ["openat", "read", "write", "fsync", "fcntl", "close"]), ("ENOLCK", ["fcntl"]),
  ]
  private static let writing: Set = ["openat", "write", "fsync", "renameat", "mkdir", "close"]
  private static let anyCall: Set = writing.union([
    "read", "fchmod", "fcntl", "unlinkat", "newfstatat", "fstat", "getdents64", "readlink",
    "access",
  ])

  @Test(arguments: changes)
  func `killed at any call, a command leaves the old vault or the new one`(
    change: SweptChange
  ) throws {
    let sweep = try CrashSweep(change)
    var tally = CrashSweep.Tally()
    let takesAll = FullSweep.isOn && SweptChange.quick.contains { $0.name == change.name }
    for call in sweep.calls where takesAll || !call.isInternal {
      try sweep.attempt("killed at \(call)", &tally) { $0.injecting((call, "signal=KILL")) }
    }
    print("\(change.name), killed: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed == tally.tries)
    #expect(tally.oldStates > 0 && tally.newStates > 0)
  }

  @Test(arguments: changes, FullSweep.isOn ? failures.map(\.error) : ["ENOSPC"])
  func `told of a failure at any call, a command leaves the old vault or the new one`(
    change: SweptChange, error: String
  ) throws {
    let calls = try #require(Self.failures.first { $0.error == error }).calls
    let sweep = try CrashSweep(change)
    var tally = CrashSweep.Tally()
    for call in sweep.calls where calls.contains(call.name) {
      // Of its kinds only a lock can be interrupted or be missing.
      if ["EINTR", "ENOLCK"].contains(error), call.name == "fcntl", !call.line.contains("SETLK") {
        continue
      }
      try sweep.attempt("\(error) at \(call)", mustSucceed: error == "EINTR", &tally) {
        $0.injecting((call, "error=\(error)"))
      }
    }
    print("\(change.name), \(error): \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed == 0)
    #expect(tally.tries > 0)
  }

  @Test(arguments: SweptChange.quick)
  func `killed while it clears up after a failure, a command leaves the old vault or the new one`(
    change: SweptChange
  ) throws {
    let removal = SystemCall(name: "unlinkat", ordinal: 1, line: "the clearing up")
    let sweep = try CrashSweep(change)
    var tally = CrashSweep.Tally()
    for call in sweep.calls where ["fchmod", "write", "fsync", "renameat"].contains(call.name) {
      try sweep.attempt("EIO at \(call), then killed", &tally) {
        $0.injecting((call, "error=EIO"), (removal, "signal=KILL"))
      }
    }
    print("\(change.name), killed while clearing up: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed > 0)
  }

  @Test(arguments: SweptChange.quick)
  func `a file that may not grow far enough leaves the old vault or the new one`(
    change: SweptChange
  ) throws {
    let sweep = try CrashSweep(change)
    var tally = CrashSweep.Tally()
    let limits = [0, 84, 4_096] + (FullSweep.isOn ? [1, 20, 83, 1_024, 5_000, 5_355, 5_500] : [])
    for limit in limits {
      for trap in ["trap - XFSZ", "trap '' XFSZ"] {
        try sweep.attempt("file size limit \(limit), \(trap)", &tally) { command in
          var command = command
          command.words =
            ["sh", "-c", "\(trap); exec \"$@\"", "sh", "prlimit", "--fsize=\(limit)"]
            + command.words
          return command
        }
      }
    }
    print("\(change.name), short files: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.oldStates > 0)
  }

  @Test(.enabled(if: ShortTransfers.isAvailable, "there is no C compiler"), arguments: changes)
  func `a system that writes and reads a few bytes at a time changes nothing`(
    change: SweptChange
  ) throws {
    let library = try ShortTransfers()
    let sweep = try CrashSweep(change)
    var tally = CrashSweep.Tally()
    for count in [1, 7, 4_095] {
      try sweep.attempt("\(count) bytes at a time", mustSucceed: true, &tally) {
        library.preloaded(into: $0, count: count)
      }
    }
    print("\(change.name), short transfers: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.newStates == tally.tries)
  }

  // MARK: Controls

  @Test func `a writer that truncates in place is caught`() throws {
    let sweep = try CrashSweep(.truncatingWriter)
    var tally = CrashSweep.Tally()
    for call in sweep.calls where !call.isInternal {
      try sweep.attempt("killed at \(call)", &tally) { $0.injecting((call, "signal=KILL")) }
    }
    #expect(tally.faults.contains { $0.contains("neither the old nor the new state") })
  }

  @Test func `plaintext in a file is caught`() throws {
    let folder = try TemporaryFolder()
    #expect(try leftovers(of: SweptChange.secrets, below: folder.path) == [])
    try writeFile(folder.path("a.tmp"), "x{\"auth\":\"\(SweptChange.user)\"")
    try writeFile(folder.path("clean"), "unm1stakable")
    #expect(try leftovers(of: SweptChange.secrets, below: folder.path).count == 1)
  }
}
