import Testing

@testable import SealedFormat
@testable import Vault
@testable import Network

/// The rules for where a password may go that need no server.
struct TokenServerTests {
  private func failure(_ realm: String, registry: String) throws -> VaultError? {
    let registry = try #require(WebAddress(registry))
    let challenges = AuthenticationChallenge.parse(["Bearer realm=\"\(realm)\""])
    let challenge = try #require(challenges.first)
    do {
      let probe = ProbeAnswer(
        registry: registry, isInternal: registry.isInternal, challenges: [challenge],
        isFallback: false)
      _ = try TokenServer(challenge, after: probe)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    ("https://auth.example.com/token", "https://registry.example.com/v2/"),
    ("https://registry.example.com/token", "https://registry.example.com:5000/v2/"),
    ("https://10.0.0.5/token", "https://10.0.0.5:5000/v2/"),
    ("http://registry.example.com:5001/token", "http://registry.example.com:5000/v2/"),
    ("https://auth.example.com/token", "http://registry.example.com:5000/v2/"),
    ("https://10.0.0.5/token", "https://localhost:5000/v2/"),
    ("https://127.0.0.1:5001/token", "https://localhost:5000/v2/"),
    ("http://localhost:5001/token", "http://localhost:5000/v2/"),
  ])
  func `the address of a token server that may get the password is accepted`(
    _ realm: String, _ registry: String
  ) throws {
    #expect(try failure(realm, registry: registry) == nil)
  }

  @Test(arguments: [
    ("http://auth.example.com/token", "https://registry.example.com/v2/"),
    ("http://registry.example.com/token", "https://registry.example.com/v2/"),
    ("http://auth.example.com/token", "http://registry.example.com/v2/"),
    ("http://registry.example.com.evil.example/token", "http://registry.example.com/v2/"),
    ("http://127.0.0.1:5001/token", "http://localhost:5000/v2/"),
    ("https://127.0.0.1/token", "https://registry.example.com/v2/"),
    ("https://localhost/token", "https://registry.example.com/v2/"),
    ("https://169.254.169.254/latest", "https://registry.example.com/v2/"),
    ("https://10.0.0.6/token", "https://10.0.0.5/v2/"),
    ("https://192.168.1.1/token", "https://registry.example.com/v2/"),
    ("https://[::1]/token", "https://registry.example.com/v2/"),
    ("https://[fe80::1]/token", "https://registry.example.com/v2/"),
    ("https://[::ffff:127.0.0.1]/token", "https://registry.example.com/v2/"),
  ])
  func
    `the address of a token server that may not get the password is refused before anything is sent`(
      _ realm: String, _ registry: String
    ) throws
  {
    let error = try failure(realm, registry: registry)
    #expect(error?.code == .unreachable)
    #expect(error?.message.hasSuffix("nothing was sent there") == true)
  }
}
