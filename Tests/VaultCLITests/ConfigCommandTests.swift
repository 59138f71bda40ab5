import Testing
import VaultTestSupport

@testable import VaultCLI

struct ConfigCommandTests {
  private let world: TestWorld

  init() throws { world = try TestWorld() }

  private var file: String { world.path(".config/vault/config") }

  @Test(arguments: [
    ("store", "secret-service"), ("store", "sealed"), ("unlock.timeout", "2h"),
    ("helper.when-locked", "anonymous"), ("secret-service.timeout", "500ms"),
    ("secret-service.timeout", "5m"), ("key-file", "/media/stick/vault.key"),
  ])
  func `a setting is recorded and printed`(_ key: String, _ value: String) throws {
    #expect(try world.run("config", "get", key).status == 1)
    #expect(try world.run("config", "set", key, value).status == 0)
    #expect(try world.run("config", "get", key).output == value + "\n")
    #expect(try String(decoding: readFile(file), as: UTF8.self) == "\(key) = \(value)\n")
    #expect(try world.run("config", "list").output.contains("\(key) "))
    #expect(try world.run("config", "unset", key).status == 0)
    #expect(try world.run("config", "get", key).status == 1)
  }

  @Test(arguments: [
    ("store", "plaintext"), ("store", ""), ("unlock.timeout", "8"), ("unlock.timeout", "31d"),
    ("helper.when-locked", "yes"), ("secret-service.timeout", "49ms"),
    ("secret-service.timeout", "6m"), ("secret-service.timeout", "-1s"),
    ("secret-service.timeout", "99999999999s"), ("secret-service.timeout", "s"), ("key-file", ""),
    ("key-file", "a\nstore = sealed"), ("no-such-key", "1"),
  ])
  func `what is no value of a setting is refused, and nothing recorded`(
    _ key: String, _ value: String
  ) throws {
    let result = try world.run("config", "set", "--", key, value)
    #expect(result.status == 64, "\(result.errors)")
    #expect((try? readFile(file)) == nil)
  }

  @Test func `a setting leaves other lines as they are, and makes a path absolute`() throws {
    try makeFolder(world.path(".config"))
    try makeFolder(world.path(".config/vault"))
    try writeFile(file, "# mine\nunlock.timeout = 1h\nstore=sealed\n")
    #expect(try world.run("config", "set", "key-file", "keys/one").status == 0)
    #expect(try world.run("config", "set", "store", "secret-service").status == 0)
    #expect(
      try String(decoding: readFile(file), as: UTF8.self)
        == "# mine\nunlock.timeout = 1h\nkey-file = \(world.path("keys/one"))\nstore = secret-service\n"
    )
    #expect(
      try world.run("config", "list", "--format", "json").output.contains(
        "\"key\" : \"unlock.timeout\",\n    \"value\" : \"1h\""))
  }

  @Test(arguments: ["store = elsewhere", "secret-service.timeout = soon"])
  func `a setting of another's hand that makes no sense is status 78, and doctor says which`(
    _ line: String
  ) throws {
    try makeFolder(world.path(".config"))
    try makeFolder(world.path(".config/vault"))
    try writeFile(file, line + "\n")
    #expect(try world.logIn("registry.example.com").status == 78)
    let doctor = try world.run("doctor")
    #expect(doctor.status == 1)
    #expect(doctor.output.contains("FIX   \(file), line 1: "), "\(doctor.output)")
  }
}
