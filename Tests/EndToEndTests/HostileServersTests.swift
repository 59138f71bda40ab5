import Testing
import VaultTestSupport

/// Logins to servers that misbehave (Tests/HostileServers): whatever they do, the login ends soon, in
/// little memory and with the right status, nobody learns the password who must not, and nothing is
/// stored.
struct HostileServersTests {
  /// What came of one login.
  private struct Result {
    let name: String
    let wanted: String
    let status: String
    let seconds: Double
    let kibibytes: Int
    /// Who knows the password and must not, or what else went wrong; `-` for nothing.
    let faults: String
    let said: String

    init(_ line: Substring) throws {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 8, let seconds = Double(fields[3]), let kibibytes = Int(fields[4])
      else {
        throw TestFailure("no result: \(line)")
      }
      (name, wanted, status, faults, said) = (fields[0], fields[1], fields[2], fields[5], fields[7])
      (self.seconds, self.kibibytes) = (seconds, kibibytes)
    }
  }

  @Test func `no server gets the password that must not, and none keeps or floods the client`()
    throws
  {
    _ = try PackageFolder.program("vault")
    var environment = Command.plainEnvironment
    environment["PATH"] = PackageFolder.programs + ":" + (environment["PATH"] ?? "")
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let script = PackageFolder.path + "/Tests/HostileServers/run.py"
    var command = Command(["python3", "-B", script, "vault"], environment: environment)
    command.patience = 240
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let results = try outcome.output.split(separator: "\n").map(Result.init)
    #expect(results.count >= 130)
    for result in results {
      #expect(result.status == result.wanted, "\(result.name): \(result.said)")
      #expect(result.faults == "-", "\(result.name): \(result.said)")
      // Each is told --timeout 2; a shared machine may hold up the rest.
      #expect(result.seconds < 8, "\(result.name)")
      // Of which 25 MiB are the test's own before it becomes vault.
      #expect(result.kibibytes < 64 * 1024, "\(result.name)")
      #expect(!result.said.contains("<1b>"), "\(result.name): \(result.said)")
    }
    print(
      "\(results.count) servers; longest \(results.map(\.seconds).max() ?? 0) s, most memory "
        + "\(results.map(\.kibibytes).max() ?? 0) KiB")
  }
}
