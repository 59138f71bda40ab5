import Testing
import VaultTestSupport

/// However a migration is interrupted, no secret is lost, and running it again completes it.
///
/// Without `VAULT_FULL_SWEEP` in the environment it is interrupted at the calls that change files alone,
/// with it at every call.
@Suite(.tracing)
struct MigrationSweepTests {
  private static let changing: Set = [
    "write", "fsync", "renameat", "unlinkat", "mkdir", "fchmod", "fcntl",
  ]

  @Test
  func `killed at any call, each secret is in a file or in the vault, and a second run completes`()
    throws
  {
    let sweep = try MigrationSweep()
    var tally = MigrationSweep.Tally()
    for call in sweep.calls where FullSweep.isOn || Self.changing.contains(call.name) {
      try sweep.attempt("killed at \(call)", &tally) { $0.injecting((call, "signal=KILL")) }
    }
    print("migrate, killed: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed == tally.tries)
    #expect(tally.tries > 50)
  }

  @Test(arguments: FullSweep.isOn ? ["ENOSPC", "EIO", "EDQUOT"] : ["ENOSPC"])
  func `told of a failure at any call, it loses nothing, and a second run completes`(
    _ error: String
  ) throws {
    let sweep = try MigrationSweep()
    var tally = MigrationSweep.Tally()
    let calls: Set = ["openat", "write", "fsync", "renameat", "mkdir", "close"]
    for call in sweep.calls where calls.contains(call.name) {
      guard FullSweep.isOn || Self.changing.contains(call.name) else { continue }
      try sweep.attempt("\(error) at \(call)", &tally) { $0.injecting((call, "error=\(error)")) }
    }
    print("migrate, \(error): \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed == 0)
    #expect(tally.tries > 20)
  }

  @Test func `an undoing that is killed at any call loses nothing, and a second one completes`()
    throws
  {
    let sweep = try MigrationSweep(undoing: true)
    var tally = MigrationSweep.Tally()
    for call in sweep.calls where FullSweep.isOn || Self.changing.contains(call.name) {
      try sweep.attempt("killed at \(call)", &tally) { $0.injecting((call, "signal=KILL")) }
    }
    print("migrate --undo, killed: \(tally)")
    #expect(tally.faults == [])
    #expect(tally.killed == tally.tries)
  }

  @Test func `a dry run makes no call that changes anything`() throws {
    let home = try MigrationSweep.makeHome()
    // Without a mark, an ordinary command would make one.
    for mark in files(below: home.path(".local/state")) { try removeFile(mark) }
    let calls = try home.command(["migrate", "--dry-run"]).systemCalls()
    #expect(calls.contains { $0.line.contains("vault.sealed") })
    let harmless: Set = ["write(1", "write(2"]
    let forbidden = [
      "O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "write", "rename", "unlink", "mkdir", "chmod",
      "chown", "link", "truncate", "fallocate", "utimens", "setxattr", "F_OFD_SETLK", "flock",
    ]
    let changing = calls.filter { call in
      !harmless.contains { call.line.hasPrefix($0) } && !call.line.hasPrefix("readlink")
        && !call.line.contains("\"/dev/tty\"") && !call.line.contains("\"/dev/null\"")
        && forbidden.contains { call.line.contains($0) }
    }
    #expect(changing.map(\.line) == [])
    // The same search finds what a migration does.
    let all = try home.command(["migrate", "--yes"]).systemCalls()
    #expect(
      all.contains { $0.line.hasPrefix("renameat") } && all.contains { $0.line.contains("O_CREAT") }
    )
  }
}
