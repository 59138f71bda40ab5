@testable import Compat
import Foundation
import Testing
import Vault

struct AuthorizationTests {
  @Test func `base64 is what Foundation says it is, at every length`() throws {
    for length in 0..<70 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
      let encoded = try encode(bytes)
      #expect(exposed(encoded) == Data(bytes).base64EncodedString())
      let decoded = try present(try Base64.decode(encoded.bytes))
      #expect(contents(of: decoded) == bytes)
    }
  }

  @Test(arguments: ["YQ", "YQ=", "YR==", "Y", "====", "Y===", "YW=J", "YQ==YQ==", "YW J", "é==="])
  func `what is not base64 is refused`(_ text: String) throws {
    let bytes = try secret(text)
    #expect(throws: VaultError.self) { _ = try present(try Base64.decode(bytes.bytes)) }
  }

  @Test(arguments: [
    ("alice", "p:w"), ("$oauthtoken", "nvapi-x"), ("<token>", "t"), ("größe", "ü"), ("u", ""),
  ])
  func `a login is read back as it was written`(_ user: String, _ password: String) throws {
    let hidden = try secret(password)
    let value = try Authorization.value(username: user, secret: hidden.bytes)
    let read = try present(try Authorization.parse(value.bytes))
    #expect(read.username == user)
    #expect(exposed(read.secret) == password)
  }

  private func encode(_ bytes: [UInt8]) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: Base64.encodedCount(bytes.count)) { output in
      unsafe Base64.encode(bytes.span.bytes, into: &output)
    }
  }
}
