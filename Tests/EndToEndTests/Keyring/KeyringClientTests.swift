import Foundation
import Testing
import VaultTestSupport

/// Clients that log in through docker-credential-vault into each desktop keyring, without a display.
@Suite(.serialized)
struct KeyringClientTests {
  @Test(arguments: DesktopKeyring.allCases)
  func `docker and podman log in, pull and log out`(_ keyring: DesktopKeyring) throws {
    if let reason = keyring.whyMissing { try Test.cancel(Comment(rawValue: reason)) }
    let session = try DesktopSession.with(keyring)
    try session.home.set("store = secret-service\n")
    let world = try ClientWorld(
      DockerRegistry(.basic(user: ClientWorld.user, password: ClientWorld.password)),
      home: session.home)
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install docker podman
      docker login -u alice --password-stdin "$1" <<<"$PASSWORD"
      docker manifest inspect --insecure "$1/team/app:1" >/dev/null
      docker logout "$1"
      ! docker manifest inspect --insecure "$1/team/app:1" 2>&1
      podman $STORAGE login --tls-verify=false -u alice --password-stdin "$1" <<<"$PASSWORD"
      podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      podman $STORAGE logout "$1"
      ! podman $STORAGE pull -q --tls-verify=false "$1/team/app:1" 2>&1
      vault registry list
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.components(separatedBy: "Login Succeeded").count == 3)
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"), "\(outcome.output)")
    #expect(try world.leftovers() == [])
  }
}
