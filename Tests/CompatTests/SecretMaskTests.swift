@testable import Compat
import Testing
import SealedFormat
import Vault
import VaultTestSupport

struct SecretMaskTests {
  @Test(arguments: [
    "Auth: Basic c2VjcmV0", "Auth: \"Basic c2VjcmV0\"", "- Auth: 'Basic c2VjcmV0' # c",
    "\"Auth\" : Basic c2VjcmV0", "{URI: x, Auth: Basic c2VjcmV0, Insecure: true}",
    "  Token: c2VjcmV0", "{a: {Token: \"c2VjcmV0\"}}", "# Token: c2VjcmV0", "Token:   c2VjcmV0",
    "Auth: Basic c2VjcmV0==, more",
  ])
  func `a secret in any layout of one line is masked, and nothing moves`(_ line: String) {
    let text = "Active: a\n\(line)\nURI: x\n"
    let masked = masking(text)
    #expect(!masked.contains("c2VjcmV0"))
    #expect(masked.utf8.count == text.utf8.count)
    #expect(masked.hasPrefix("Active: a\n"))
    #expect(masked.hasSuffix("\nURI: x\n"))
    if line.contains("Insecure") { #expect(masked.contains(", Insecure: true}")) }
  }

  @Test(arguments: [
    "URI: docker://Token.example:5000", "Active: Auth", "xToken: abc", "Tokens: abc", "AuthX: abc",
    "Token: {URI: abc}",
  ])
  func `what is no secret is not masked`(_ line: String) {
    #expect(masking(line) == line)
  }

  @Test func `a library sees no secret of a file that Apptainer wrote`() throws {
    let text = try YAMLText(SecretBytes(readable: StoreTests.full), path: "x")
    let seen = "\(String(describing: text.root))"
    #expect(seen.contains("cloud.example.com"))
    for hidden in ["eyJ0b2tlbg", "payload", "a2V5OnNlcnZlcg", "dGVhbTpodW50ZXIy"] {
      #expect(!seen.contains(hidden))
    }
  }

  @Test func `no refusal quotes a secret`() throws {
    for input in OddInput.all {
      guard case .refused = input.fate else { continue }
      let error = try refusal { _ = try configuration(input.text) }
      #expect(!error.message.contains("YTpi"), "\(error.message)")
      #expect(!"\(String(describing: error.cause))".contains("YTpi"))
    }
  }

  private func masking(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let masked = unsafe SecretMask.masking(bytes.span.bytes, TextLines(bytes.span.bytes))
    return String(decoding: masked, as: UTF8.self)
  }
}
