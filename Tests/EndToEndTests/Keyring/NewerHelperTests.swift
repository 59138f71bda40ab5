import Foundation
import Testing
import VaultTestSupport

/// docker-credential-secretservice of Debian's unstable suite (0.9), whose labels are sentences and whose
/// `list` takes them for servers.
@Suite(
  .desktopKeyring,
  .enabled(if: NewerHelper.whyMissing == nil, Comment(rawValue: NewerHelper.whyMissing ?? "")))
struct NewerHelperTests {
  private let session: DesktopSession
  private var home: VaultHome { session.home }

  init() throws {
    session = try DesktopSession.withKeyring()
    try home.set("store = secret-service\n")
  }

  @Test
  func
    `the newer docker-credential-secretservice and vault read each other's logins, and vault's list is right`()
    throws
  {
    let stored = try NewerHelper.run(
      "store", #"{"ServerURL":"https://new.example.com","Username":"bob","Secret":"b"}"#, session)
    #expect(stored.status == 0, "\(stored.output)\(stored.errors)")
    #expect(try home.secret(of: "new.example.com") == "b")
    let shown = try session.run(["secret-tool", "search", "username", "bob"])
    #expect((shown.output + shown.errors).contains("label = Registry credentials for https://new"))
    #expect(
      try home.vault("registry", "list").output.hasSuffix("\ndocker://new.example.com  ✓\n"))
    let list = try NewerHelper.run("list", "", session)
    #expect(list.output.contains("Registry credentials for"), "upstream is mended: \(list.output)")

    let login = try home.logIn("ours.example.com", as: "alice", with: "a", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    #expect(
      try NewerHelper.run("get", "ours.example.com", session).output
        == "{\"ServerURL\":\"ours.example.com\",\"Username\":\"alice\",\"Secret\":\"a\"}\n")
    // Also its list is right about what we wrote: our label is the server, as before 0.9.
    let both = try NewerHelper.run("list", "", session)
    #expect(both.output.contains("\"ours.example.com\":\"alice\""), "\(both.output)")
    #expect(try NewerHelper.run("erase", "ours.example.com", session).status == 0)
    #expect(try home.vault("get", "ours.example.com").status == 1)

    // It replaces ours, and we its, whatever the label.
    #expect(try home.logIn("new.example.com", as: "carol", with: "c", "--no-verify").status == 0)
    #expect(
      try NewerHelper.run("get", "https://new.example.com", session).output.contains(
        "\"Username\":\"carol\",\"Secret\":\"c\""))
  }
}

/// The program, in a folder for chroot(8).
private enum NewerHelper {
  private static let found: (path: String?, reason: String) = {
    var making = Command([
      "/bin/sh", PackageFolder.path + "/Tests/EndToEndTests/Scripts/unstable-root.sh",
      "secretservice", "golang-docker-credential-helpers",
      "/usr/bin/docker-credential-secretservice",
    ])
    making.environment.merge(Command.testEnvironment) { $1 }
    making.patience = 300
    guard let outcome = try? making.run() else { return (nil, "it took too long") }
    let last = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    return outcome.status == 0 ? (last, "") : (nil, last)
  }()

  static var whyMissing: String? { found.path == nil ? found.reason : nil }

  static func run(_ action: String, _ input: String, _ session: DesktopSession) throws -> Outcome {
    guard let root = found.path else { throw TestFailure(found.reason) }
    var command = Command(
      [
        "/bin/sh", PackageFolder.path + "/Tests/EndToEndTests/Scripts/apptainer-run.sh", root,
        session.path, "exec docker-credential-secretservice \(action)",
      ], environment: session.home.environment)
    command.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/mnt/bus"
    command.input = Array(input.utf8)
    return try command.run()
  }
}
