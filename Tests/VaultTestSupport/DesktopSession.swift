/// A session bus of a test's own, with a desktop keyring on it, and a home folder whose commands meet them.
///
/// No display, and nothing on the bus that starts by itself.
package final class DesktopSession {
  package let home: VaultHome
  let folder: TemporaryFolder
  private let bus: RunningCommand
  var service: RunningCommand?
  /// The socket of the bus.
  package var busPath: String { folder.path("bus") }
  /// A folder that is gone with the session; the bus's socket lies in it.
  package var path: String { folder.path }

  /// Whether Debian's keyring and what looks into it are installed.
  package static let isAvailable = isInstalled(
    "dbus-daemon", "gnome-keyring-daemon", "secret-tool", "docker-credential-secretservice")

  /// Whether the scripted keyring can run.
  package static let hasMock =
    (try? Command([
      "/usr/bin/python3", "-c", "import dbus, dbus.mainloop.glib; from gi.repository import GLib",
    ])
    .run().status) == 0 && isInstalled("dbus-daemon")

  static func isInstalled(_ programs: String...) -> Bool {
    programs.allSatisfy {
      (try? Command(["sh", "-c", "command -v \"$1\"", "sh", $0]).run().status) == 0
    }
  }

  /// Starts a bus without a keyring.
  ///
  /// - Parameter home: The home; a fresh one has no vault.
  /// - Throws: Where the bus does not start.
  package init(home: VaultHome? = nil) throws {
    let folder = try TemporaryFolder()
    try writeFile(
      folder.path("bus.conf"),
      """
      <busconfig><type>session</type><listen>unix:path=\(folder.path("bus"))</listen>
      <auth>EXTERNAL</auth><policy context="default"><allow send_destination="*" eavesdrop="true"/>
      <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
      """)
    let home = try home ?? VaultHome()
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=\(folder.path("bus"))"
    home.environment["XDG_RUNTIME_DIR"] = folder.path
    bus = try Command(
      ["dbus-daemon", "--config-file=\(folder.path("bus.conf"))", "--nofork", "--nopidfile"],
      environment: home.environment
    ).start()
    self.folder = folder
    self.home = home
    try waitUntil("the bus") {
      (try? Command(["test", "-S", folder.path("bus")]).run().status) == 0
    }
  }

  /// A session with GNOME's keyring, unlocked.
  package static func withKeyring(home: VaultHome? = nil) throws -> DesktopSession {
    let session = try DesktopSession(home: home)
    var daemon = Command(
      ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
      environment: session.home.environment)
    daemon.input = Array("keyring password".utf8)
    session.service = try daemon.start()
    try waitUntil("the keyring") {
      try session.call("ReadAlias", "string:default").contains("login")
    }
    return session
  }

  /// A session with a scripted keyring.
  ///
  /// - Parameter mode: What it does wrong; see mock-keyring.py.
  /// - Returns: The session.
  /// - Throws: Where it does not start.
  package static func withMock(_ mode: String) throws -> DesktopSession {
    let session = try DesktopSession()
    session.service = try Command(
      [
        "/usr/bin/python3", PackageFolder.path + "/Tests/EndToEndTests/Scripts/mock-keyring.py",
        mode,
        session.folder.path("calls"),
      ], environment: session.home.environment
    ).start()
    try waitUntil("the mock") { try session.mockCalls().first == "ready" }
    return session
  }

  /// What the scripted keyring was asked, a line each: the method and the object.
  package func mockCalls() throws -> [String] {
    guard let bytes = try? readFile(folder.path("calls")) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Sends the keyring a signal.
  package func signalKeyring(_ number: Int32) { service?.process.signal(number) }

  /// Has the keyring lock itself.
  package func lock() throws {
    let alias = try call("ReadAlias", "string:default")
    guard let path = alias.split(separator: "\"").dropFirst().first else {
      throw TestFailure("the keyring has no default collection: \(alias)")
    }
    let answer = try call("Lock", "array:objpath:\(path)")
    // KeePassXC locks only when its question is put, and asks nothing.
    if let prompt = answer.split(separator: "\"").last(where: { $0.contains("/prompt/") }) {
      _ = try run([
        "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
        String(prompt), "org.freedesktop.Secret.Prompt.Prompt", "string:",
      ])
    }
    try waitUntil("the lock") { try isDefaultLocked() == true }
  }

  /// Whether the collection for new items is locked; nil if there is none.
  func isDefaultLocked() throws -> Bool? {
    let outcome = try run([
      "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
      "/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get",
      "string:org.freedesktop.Secret.Collection", "string:Locked",
    ])
    return outcome.status == 0 ? outcome.output.contains("boolean true") : nil
  }

  func call(_ method: String, _ argument: String) throws -> String {
    try run([
      "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
      "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.\(method)", argument,
    ]).output
  }

  /// Stores a login with docker's helper of this Debian.
  package func storeWithDocker(_ server: String, _ user: String, _ secret: String) throws {
    let outcome = try run(
      ["docker-credential-secretservice", "store"],
      input: "{\"ServerURL\":\"\(server)\",\"Username\":\"\(user)\",\"Secret\":\"\(secret)\"}")
    guard outcome.status == 0 else { throw TestFailure(outcome.output) }
  }

  /// Runs another program in the session.
  package func run(_ words: [String], input: String = "") throws -> Outcome {
    var command = Command(words, environment: home.environment)
    command.input = Array(input.utf8)
    return try command.run()
  }

  /// Runs a script that ends at its first failure.
  package func script(_ text: String) throws -> Outcome {
    try run(["bash", "-c", "set -euo pipefail\n" + text])
  }
}
