import Testing
import VaultTestSupport

/// docker's command line, without an engine.
struct DockerTests {
  @Test func `docker logs in, uses a login and logs out, and keeps nothing itself`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install docker
      say login
      docker login -u alice --password-stdin "$1" <<<"$PASSWORD"
      say use
      docker manifest inspect --insecure "$1/team/app:1"
      say logout
      docker logout "$1"
      ! docker manifest inspect --insecure "$1/team/app:1"
      vault registry list
      vault helper uninstall docker
      ! test -e "$HOME/.docker"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Login Succeeded"))
    #expect(outcome.output.contains("schemaVersion"))
    #expect(outcome.output.contains("\nURI  SECURE?\n"))
    #expect(try world.leftovers() == [])
    // How often it asks again for one image is docker's affair.
    let calls = try withoutRepetition(world.transcript())
    #expect(try calls == withoutRepetition(world.expectedTranscript("docker")))
  }

  @Test func `a wrong password is stored nowhere`() throws {
    let world = try ClientWorld()
    let outcome = try world.run(
      """
      vault helper install docker
      ! docker login -u alice --password-stdin "$1" <<<"wrong-$PASSWORD"
      vault registry list
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"), "\(outcome.output)")
    #expect(try world.leftovers() == [])
  }

  @Test func `a login of vault's own is docker's too, under each spelling`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      vault helper install docker
      vault registry login --insecure -u alice --password-stdin "oras://$1" <<<"$PASSWORD"
      docker manifest inspect --insecure "$1/team/app:1"
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("schemaVersion"))
  }

  private func withoutRepetition(_ transcript: String) -> [Substring] {
    let lines = transcript.split(separator: "\n")
    var calls: [Substring] = []
    var index = 0
    while index < lines.count {
      let isCall = !lines[index].hasPrefix("#") && index + 1 < lines.count
      let call = isCall ? Array(lines[index...(index + 1)]) : [lines[index]]
      if calls.suffix(call.count) != call[...] { calls += call }
      index += call.count
    }
    return calls
  }
}
