import Glibc
import Testing
import VaultTestSupport

@testable import VaultCLI

struct VaultReadTests {
  private let world: TestWorld

  init() throws {
    world = try TestWorld()
    try world.makeVault()
    _ = try world.logIn("one.example.com")
  }

  @Test(arguments: [
    ["status"], ["registry", "list"], ["get", "one.example.com"], ["slot", "list"], ["doctor"],
    ["export", "--as", "docker-config"],
    ["registry", "logout", "absent.example.com", "--store", "remote-yaml"],
  ])
  func `a command that does not change the vault reads its file at most once`(
    _ words: [String]
  ) throws {
    world.variables["PATH"] = "/usr/bin:/bin"
    let opens = try OpenCounter(of: world.vaultFile)
    let result = try world.run(words)
    #expect(try opens.count() == (words.contains("remote-yaml") ? 0 : 1), "\(result.errors)")
  }

  @Test(arguments: [
    ["registry", "logout", "one.example.com"], ["slot", "add", "key-file", "second.key"],
    ["rekey", "--keep-key-file", "keys/vault.key"],
    ["registry", "login", "-u", "u", "--password-stdin", "--no-verify", "two.example.com"],
    ["registry", "login", "-u", "u", "--password-stdin", "--no-verify", "--store", "sealed", "h"],
  ])
  func `a command that changes the vault reads its file once, and once more under the lock`(
    _ words: [String]
  ) throws {
    let opens = try OpenCounter(of: world.vaultFile)
    let result = try world.run(words, input: "secret")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try opens.count() == 2)
  }
}

/// Counts how often a file is opened, by inotify(7).
private final class OpenCounter {
  private let descriptor: Int32
  private let name: String

  init(of path: String) throws {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { throw TestFailure("inotify: \(errno)") }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    name = String(parts.last ?? "")
    // With the closing in between, no two events are equal, so the kernel joins none.
    let events = UInt32(IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)
    guard unsafe inotify_add_watch(descriptor, parts.dropLast().joined(separator: "/"), events) >= 0
    else {
      throw TestFailure("inotify_add_watch: \(errno)")
    }
  }

  deinit { close(descriptor) }

  /// How many times the file was opened until now.
  func count() throws -> Int {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let length = unsafe read(descriptor, &bytes, bytes.count)
    guard length > 0 else { return 0 }
    var count = 0
    var offset = 0
    while offset + 16 <= length {
      // struct inotify_event: wd, mask, cookie, len and a name that is filled up with NULs.
      let (mask, size) = (word(bytes, offset + 4), Int(word(bytes, offset + 12)))
      let found = bytes[(offset + 16)..<(offset + 16 + size)].prefix { $0 != 0 }
      if mask & UInt32(IN_OPEN) != 0, found.elementsEqual(name.utf8) { count += 1 }
      offset += 16 + size
    }
    return count
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }
}
