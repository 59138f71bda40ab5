import Testing
import VaultTestSupport

/// A length that lies costs a reader neither memory nor time.
///
/// The second reader makes the vaults, with seals that are right, so that the lengths behind them are read.
struct HostileLengthsTests {
  @Test func `hostile lengths are refused in under 10 ms and 16 MiB`() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command([
      "/usr/bin/python3", PackageFolder.path + "/Tests/EndToEndTests/Scripts/hostile-lengths.py",
      PackageFolder.path + "/Tests/SecondReader", PackageFolder.program("docker-credential-vault"),
      folder.path("vault.sealed"), folder.path("key"),
    ]).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    print(outcome.output)
    let lines = outcome.output.split(separator: "\n")
    let good = try #require(lines.first?.split(separator: " "))
    #expect(good.prefix(2) == ["good:", "0"])
    // A program that was built for debugging takes more by itself.
    let most = max(16 * 1024, try #require(Int(good[2])) + 1024)
    #expect(lines.count == 16)
    for line in lines.dropFirst() {
      let words = line.split(separator: " ").suffix(3)
      #expect(words.first == "1", "\(line)")
      #expect(try #require(words.dropFirst().first.flatMap { Int($0) }) <= most, "\(line)")
      #expect(try #require(words.last.flatMap { Double($0) }) < 10, "\(line)")
    }
  }
}
