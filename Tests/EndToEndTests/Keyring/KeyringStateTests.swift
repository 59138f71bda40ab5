import Testing
import VaultTestSupport

/// What `status` and `doctor` say of the desktop keyring.
@Suite(.desktopKeyring)
struct KeyringStateTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }

  init() throws { session = try DesktopSession.withKeyring() }

  private func keep(_ label: String, _ attributes: String...) throws {
    let stored = try session.run(
      ["secret-tool", "store", "--label=\(label)", "docker_cli", "1"] + attributes, input: "s3cret")
    #expect(stored.status == 0, "\(stored.errors)")
  }

  @Test func `status says where logins go and why, and how the keyring stands`() throws {
    #expect(try home.vault("status").status == 1)
    try home.set("store = secret-service\n")
    let open = try home.vault("status")
    #expect(open.status == 0)
    #expect(open.output.contains("Store       desktop keyring, as the setting store says"))
    #expect(open.output.contains("Keyring     unlocked"))
    try session.lock()
    let locked = try home.vault("status")
    #expect(locked.status == 75)
    #expect(locked.output.contains("Keyring     locked"))
    try home.set("")
    #expect(try home.vault("init", "--key-file", home.keyFile).status == 0)
    let sealed = try home.vault("status")
    #expect(sealed.status == 0)
    #expect(sealed.output.contains("Store       sealed vault"))
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    #expect(try home.vault("status").output.contains("Keyring     not there: the session bus"))
  }

  @Test func `doctor names items without server or user, with nothing raw in them`() throws {
    try keep("one\u{1b}[2J", "username", "u")
    try keep("two", "server", "registry.example.com")
    try keep("three", "server", "good.example.com", "username", "u")
    let doctor = try home.vault("doctor")
    #expect(doctor.status == 1)
    for label in ["one\\u{1b}[2J", "two"] {
      #expect(doctor.output.contains("The item \"\(label)\" of the desktop keyring"))
    }
    #expect(!doctor.output.contains("\"three\""))
    #expect(doctor.output.contains("docker://good.example.com"))
    #expect(!doctor.output.contains("\u{1b}") && !doctor.output.contains("s3cret"))
    #expect(try home.vault("registry", "list").output.hasSuffix("docker://good.example.com  ✓\n"))
  }

  @Test func `doctor tells a locked keyring that is needed from one that is not`() throws {
    try session.lock()
    #expect(try home.vault("doctor").output.contains("NOTE  The desktop keyring is locked"))
    try home.set("store = secret-service\n")
    #expect(try home.vault("doctor").output.contains("FIX   The desktop keyring is locked"))
  }
}
