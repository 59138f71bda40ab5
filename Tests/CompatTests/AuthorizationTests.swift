@testable import Compat
import Testing
import SealedFormat
import Vault
import VaultTestSupport

struct AuthorizationTests {
  @Test(arguments: [
    ("alice", "p:w"), ("$oauthtoken", "nvapi-x"), ("<token>", "t"), ("größe", "ü"), ("u", ""),
  ])
  func `a login is read back as it was written`(_ user: String, _ password: String) throws {
    let hidden = try SecretBytes(readable: password)
    let value = try Authorization.value(username: user, secret: hidden.bytes)
    let read = try present(try Authorization.parse(value.bytes))
    #expect(read.username == user)
    #expect(read.secret.readable == password)
  }
}
