import Testing
import VaultTestSupport

/// A session bus that breaks its own protocol, which the real one never would.
struct FakeBusTests {
  @Test(arguments: [
    ("closes", "ended the connection"), ("refuses", "does not let this user in"),
    ("babbles", "does not let this user in"), ("endless-line", "does not answer within"),
    ("garbage", "broke its protocol"), ("big-endian", "broke its protocol"),
    ("version-2", "broke its protocol"), ("giant-body", "broke its protocol"),
    ("long-body", "broke its protocol"), ("giant-string", "broke its protocol"),
    ("no-terminator", "broke its protocol"), ("bad-utf8", "broke its protocol"),
    ("giant-array", "broke its protocol"), ("array-past-its-end", "broke its protocol"),
    ("deep-variant", "broke its protocol"), ("odd-signature", "broke its protocol"),
    ("owner-boolean", "no such answer"), ("owner-no-name", "no such answer"),
    ("more-than-it-says", "broke its protocol"), ("half-a-message", "does not answer within"),
    ("strange-serials", "does not answer within"), ("silent", "does not answer within"),
    ("says-nothing", "does not answer within"), ("trickle", "does not answer within"),
  ])
  func `a socket that is not a D-Bus connection is reported in time`(
    _ mode: String, _ words: String
  ) throws {
    let home = try VaultHome()
    try home.set("store = secret-service\nsecret-service.timeout = 500ms\n")
    let bus = try Command(
      [
        "/usr/bin/python3", PackageFolder.path + "/Tests/EndToEndTests/Scripts/fake-bus.py",
        home.path("bus"), mode,
      ], environment: home.environment
    ).start()
    try waitUntil("the fake bus") {
      try Command(["test", "-S", home.path("bus")]).run().status == 0
    }
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=\(home.path("bus"))"
    let start = ContinuousClock().now
    let outcome = try home.vault("get", "registry.example.com")
    #expect(ContinuousClock().now - start < .seconds(3.5))
    #expect(outcome.status == 69, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    bus.process.signal(9)
  }

  @Test(arguments: [
    "unix:path=/nonexistent/bus", "unix:abstract=vault-tests-nobody", "tcp:host=127.0.0.1,port=1",
    "autolaunch:", "unix:path=", "nonsense", "unix:path=%zz", "unixexec:path=/bin/touch",
  ])
  func `an address without a bus behind it is no keyring, and starts none`(_ address: String) throws
  {
    let home = try VaultHome()
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = address
    let list = try home.vault("registry", "list")
    #expect(list.status == 0, "\(list.errors)")
    let put = try home.logIn(
      "registry.example.com", as: "u", with: "p", "--no-verify", "--store", "secret-service")
    #expect(put.status == 69, "\(put.errors)")
    #expect(put.errors.contains("session bus"), "\(put.errors)")
    try home.set("store = secret-service\n")
    #expect(try home.vault("registry", "list").status == 69)
  }
}
