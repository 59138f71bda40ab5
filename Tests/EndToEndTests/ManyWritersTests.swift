import Testing
import VaultTestSupport

struct ManyWritersTests {
  /// 64 processes with 50 logins each where everything is wanted.
  private static let (processes, logins) = FullSweep.isOn ? (64, 50) : (16, 10)

  @Test func `of many writers at once none loses a login`() throws {
    let home = try VaultHome.withVault()
    let script = """
      for number in $(seq \(Self.logins)); do
        printf 'secret %s.%s' "$0" "$number" |
          vault registry login --no-verify --username writer --password-stdin \
            "docker://host$0.example.com/$number" 2>/dev/null || exit
      done
      """
    let clock = ContinuousClock()
    let start = clock.now
    let writers = try (1...Self.processes).map { writer in
      var command = Command(["sh", "-c", script, "\(writer)"], environment: home.environment)
      command.patience = 900
      return try command.start()
    }
    for writer in writers {
      let outcome = try writer.finish()
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    }
    let count = Self.processes * Self.logins
    print("\(Self.processes) processes x \(Self.logins) logins took \(clock.now - start)")

    let status = try home.vault("status").output
    #expect(status.contains("Generation  \(1 + count)\n"), "\(status)")
    #expect(status.contains("Logins      \(count)\n"), "\(status)")
    let list = try home.vault("registry", "list").output
    let found = Set(list.split(separator: "\n").compactMap { $0.split(separator: " ").first })
    for writer in 1...Self.processes {
      for number in 1...Self.logins {
        #expect(found.contains("docker://host\(writer).example.com/\(number)"))
      }
      let last = "docker://host\(writer).example.com/\(Self.logins)"
      #expect(try home.secret(of: last) == "secret \(writer).\(Self.logins)")
    }
  }
}
