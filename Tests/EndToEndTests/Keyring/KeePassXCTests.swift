import Testing
import VaultTestSupport

/// What only KeePassXC does.
@Suite(
  .serialized,
  .enabled(
    if: DesktopKeyring.keePassXC.whyMissing == nil,
    Comment(rawValue: DesktopKeyring.keePassXC.whyMissing ?? "")))
struct KeePassXCTests {
  private let registry = "registry.example.com"

  private func session(_ state: String, _ settings: String...) throws -> DesktopSession {
    let session = try DesktopSession.withKeePassXC(state, settings: settings)
    try session.home.set("store = secret-service\nsecret-service.timeout = 1s\n")
    return session
  }

  @Test(arguments: ["no-group", "none"])
  func `without a database that exposes a group it has nothing, and takes nothing`(
    _ state: String
  ) throws {
    let session = try session(state)
    let home = session.home
    for display in [nil, try session.keyringDisplay()] {
      home.environment["DISPLAY"] = display
      let start = ContinuousClock().now
      #expect(try home.vault("registry", "list").status == 0)
      #expect(try home.vault("get", registry).status == 1)
      #expect(try home.vault("status").output.contains("there, without a default keyring"))
      let login = try home.logIn(registry, as: "u", with: "p", "--no-verify")
      #expect(login.status == 78, "\(login.errors)")
      #expect(login.errors.contains("no default keyring"), "\(login.errors)")
      #expect(ContinuousClock().now - start < .seconds(4))
    }
  }

  @Test func `opened with a database that is locked it is locked, and its window stays closed`()
    throws
  {
    let session = try session("locked")
    let home = session.home
    for command in [["get", registry], ["registry", "list"], ["status"]] {
      let outcome = try home.command(command).run()
      #expect(outcome.status == 75, "\(command): \(outcome.errors)")
      #expect(outcome.errors.contains("is locked"), "\(command): \(outcome.errors)")
    }
  }

  @Test func `what it gives out only after a question is not called locked`() throws {
    let session = try session("unlocked", "ConfirmAccessItem=true")
    let home = session.home
    let login = try home.logIn(registry, as: "u", with: "p", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    let start = ContinuousClock().now
    let get = try home.vault("get", registry)
    #expect(get.status == 75, "\(get.errors)")
    #expect(get.output.isEmpty)
    #expect(get.errors.contains("is unlocked, but wants to ask before it hands this out"))
    #expect(ContinuousClock().now - start < .seconds(3))
    let doctor = try home.vault("doctor")
    #expect(doctor.output.contains("asks before it gives out one login"), "\(doctor.output)")
    // Nor is anything lost if an earlier login has to stay.
    let again = try home.logIn(registry, as: "u", with: "q", "--no-verify")
    #expect(again.status == 0, "\(again.errors)")
  }
}
