import SealedFormat
import Testing

struct ServerKeyTests {
  @Test(arguments: [
    ("http://r.example", "r.example:80", "r.example", false),
    ("HTTP://r.example/v2/", "r.example:80", "r.example", false),
    ("http://r.example/org", "r.example:80/org", "r.example/org", false),
    ("http://r.example:5000", "r.example:5000", "r.example:5000", false),
    ("https://r.example", "r.example", "r.example", true),
    ("r.example", "r.example", "r.example", true),
  ])
  func `http without a port is port 80, except in docker's file, where only the host counts`(
    _ server: String, _ asked: String, _ filed: String, _ isSecure: Bool
  ) throws {
    let (asked, filed) = (try RegistryURI(asked).scope, try RegistryURI(filed).scope)
    #expect(ServerKey(server).key == .registry(asked))
    #expect(ServerKey(server).isSecure == isSecure)
    #expect(ServerKey(server).transport == (isSecure ? .checkedTLS : .plainHTTP))
    #expect(ServerKey(configurationKey: server).key == .registry(filed))
    #expect(ServerKey(configurationKey: server).isSecure == isSecure)
  }

  @Test(arguments: [
    "https://u:SECRET@r.example", "http://u:SECRET@r.example", "r.example?token=SECRET",
    "u:SECRET@r.example/app:1",
  ])
  func `a key with a secret in it is listed without the secret`(_ server: String) {
    #expect(ServerKey(server).key == .helperKey(server))
    #expect(!ServerKey(server).spelling.contains("SECRET"))
    #expect(!ServerKey(configurationKey: server).spelling.contains("SECRET"))
  }
}
