import Glibc
import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault

struct SettingsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path(".config/vault/config") }
  private var environment: Environment {
    Environment(["HOME": folder.path], workingFolder: "/work folder")
  }

  init() throws {
    folder = try TemporaryFolder()
    try makeFolder(folder.path(".config"))
    try makeFolder(folder.path(".config/vault"))
  }

  @Test func `without a settings file the defaults are in force`() throws {
    let settings = try Settings(environment)
    #expect(settings.keyFile == nil)
    #expect(settings.store == nil)
    #expect(settings.unlockTimeout == .seconds(8 * 3600))
    #expect(settings.keyringTimeout == .seconds(3))
    #expect(settings.helperWhenLocked == .fail)
  }

  @Test func `setting a value leaves every other line as it was`() throws {
    try writeFile(path, "# mine\n\n  key-file = /old \n#end")
    try SettingsFile.set(.keyFile, to: "/new key", path: path)
    #expect(
      String(decoding: try readFile(path), as: UTF8.self)
        == "# mine\n\n#end\nkey-file = /new key\n")
    #expect(try SettingsFile(path: path)[.keyFile] == "/new key")
  }

  @Test func `setting a value keeps the bytes of lines with carriage returns and odd bytes`() throws
  {
    let line = Array("# caf\u{e9}\r\n#".utf8) + [0xff, 0x0d, 0x0a]
    try writeFile(path, line + Array("store = sealed\r\n".utf8))
    try SettingsFile.set(.store, to: "secret-service", path: path)
    #expect(try readFile(path) == line + Array("store = secret-service\n".utf8))
  }

  @Test func `a settings file with carriage returns is read line by line`() throws {
    try writeFile(path, "# mine\r\nstore = secret-service\r\n\r\nunlock.timeout=1500ms\r\n")
    let settings = try Settings(environment)
    #expect(settings.store == .secretService)
    #expect(settings.unlockTimeout == .milliseconds(1500))
  }

  @Test(arguments: ["key-file", "keyfile = /k", "= /k", "nonsense"])
  func `a line that is no setting is refused with its number`(_ line: String) throws {
    try writeFile(path, "# one\n\(line)\n")
    let error = #expect(throws: VaultError.self) { try Settings(environment) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("\(path), line 2") == true)
    #expect(error?.message.contains("key-file") == true)
  }

  @Test(arguments: [
    ("store", "elsewhere", "sealed or secret-service"), ("store", "", "sealed or secret-service"),
    ("helper.when-locked", "yes", "fail or anonymous"), ("unlock.timeout", "31d", "30d"),
    ("unlock.timeout", "999ms", "1s"), ("unlock.timeout", "8", "8h"),
    ("secret-service.timeout", "soon", "from 50ms to 5m"), ("key-file", "keys/one", "absolute"),
  ])
  func `a value that a key does not take is refused with file, line, key and allowed values`(
    _ key: String, _ value: String, _ allowed: String
  ) throws {
    try writeFile(path, "# one\n\(key) = \(value)\n")
    let error = #expect(throws: VaultError.self) { try Settings(environment) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("\(path), line 2: \(key) takes ") == true)
    #expect(error?.message.contains(allowed) == true)
  }

  @Test(arguments: [
    ("1s", Duration.seconds(1)), ("90s", .seconds(90)), ("30m", .seconds(1800)),
    ("8h", .seconds(28800)), ("30d", .seconds(30 * 86400)), ("60000ms", .seconds(60)),
  ])
  func `durations have one grammar`(_ text: String, _ duration: Duration) throws {
    #expect(try Settings.Key.unlockTimeout.duration(text) == duration)
    guard duration <= .seconds(300) else { return }
    #expect(try Settings.Key.keyringTimeout.duration(text) == duration)
  }

  @Test(arguments: [
    "", "s", "-1s", "+1s", "1 s", "1S", "1.5h", "0s", "4294967296s", "1sd", "\u{661}s",
  ])
  func `what is not a duration is refused`(_ text: String) {
    let error = #expect(throws: VaultError.self) {
      try Settings.Key.unlockTimeout.duration(text)
    }
    #expect(error?.code == .invalidInput)
  }

  @Test func `a path that begins with a tilde is in the home folder`() throws {
    try writeFile(path, "key-file = ~/keys/one\n")
    #expect(try Settings(environment).keyFile == folder.path("keys/one"))
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to own a file as somebody else"))
  func `a settings file of another user is refused`() throws {
    try writeFile(path, "store = sealed\n")
    #expect(unsafe chown(path, 4242, 4242) == 0)
    let error = #expect(throws: VaultError.self) { try Settings(environment) }
    #expect(error?.code == .configuration)
  }

  @Test func `a settings file behind a link into a sticky folder of root is read`() throws {
    // As in /nix/store, which belongs to root and is writable by a group.
    let target = "/tmp/vault-settings-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try writeFile(target, "store = secret-service\n")
    defer { unsafe unlink(target) }
    #expect(unsafe symlink(target, path) == 0)
    #expect(try Settings(environment).store == .secretService)
  }

  @Test func `a value of two lines is refused and nothing written`() throws {
    try writeFile(path, "key-file = /k\n")
    let error = #expect(throws: VaultError.self) {
      try SettingsFile.set(.keyFile, to: "/a\n/b", path: path)
    }
    #expect(error?.code == .invalidInput)
    #expect(try readFile(path) == Array("key-file = /k\n".utf8))
  }
}
