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
    #expect(seen.contains(bytesShown("cloud.example.com")))
    for hidden in ["eyJ0b2tlbg", "payload", "a2V5OnNlcnZlcg", "dGVhbTpodW50ZXIy"] {
      #expect(!seen.contains(bytesShown(hidden)))
    }
  }

  @Test(arguments: [
    "Token:prod", "Token: prod", "my Token: prod", "Auth: a", "a, Token: b", "Token:", "x/Token:1",
    "Größe Token: 1", "{Token: a}", "Auth: ~",
  ])
  func `a remote whose name or address looks like a secret keeps both`(_ name: String) throws {
    let text = """
      Active: "\(name)"
      Remotes:
        "\(name)": {URI: "h/\(name)", Token: c2VjcmV0, System: true}
        "\(name)2":
          URI: 'h/\(name)'
          Token: "c2VjcmV1"
      Credentials:
      - URI: "https://k/\(name)"
        Auth: Basic YTpi

      """
    let read = try configuration(text)
    #expect(read.active == name)
    #expect(read.remotes.map(\.name) == [name, "\(name)2"])
    #expect(read.remotes.map(\.uri) == ["h/\(name)", "h/\(name)"])
    #expect(read.remotes.map(\.isSystem) == [true, false])
    #expect(read.credentials.map(\.uri) == ["https://k/\(name)"])
    let token0 = try present(try read.token(of: read.remotes[0]))
    #expect(token0.readable == "c2VjcmV0")
    let token1 = try present(try read.token(of: read.remotes[1]))
    #expect(token1.readable == "c2VjcmV1")
    let seen = "\(String(describing: try YAMLText(SecretBytes(readable: text), path: "x").root))"
    for hidden in ["c2VjcmV", "YTpi"] { #expect(!seen.contains(bytesShown(hidden))) }
  }

  @Test(arguments: ["Token:prod", "http://h/Token:abc", "Auth:x:Token:y"])
  func `a name without quotes that looks like a secret is kept`(_ name: String) throws {
    let read = try configuration(
      "Active: \(name)\nRemotes:\n  \(name): {URI: \(name)}\n  \(name)2:\n    URI: \(name)\n")
    #expect(read.active == name)
    #expect(read.remotes.map(\.name) == [name, "\(name)2"])
    #expect(read.remotes.map(\.uri) == [name, name])
  }

  /// How text is shown in the description of an array of bytes.
  private func bytesShown(_ text: String) -> String {
    text.utf8.map { "\($0)" }.joined(separator: ", ")
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
    let mask = unsafe SecretMask(bytes.span.bytes, TextLines(bytes.span.bytes))
    let masked = unsafe mask.masking(bytes.span.bytes, from: 0)
    return String(decoding: masked, as: UTF8.self)
  }
}
