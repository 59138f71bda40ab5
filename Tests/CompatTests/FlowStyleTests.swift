import SealedFormat
import Testing
import Vault
import VaultTestSupport

@testable import Compat

/// Remotes and entries written with brackets: what is taken out of them can be put back.
struct FlowStyleTests {
  @Test(arguments: [
    ("Remotes: {a: {URI: h, Token: t.o-k_n, System: true}}\n", "URI: h, Token: new, System: true"),
    ("Remotes:\n  a: {URI: h, Token: tok}\n", "{URI: h, Token: new}"),
    ("Remotes:\n  a: {Token: tok, URI: \"h\"}\n", "{URI: \"h\", Token: new}"),
    ("Remotes:\n  a: {Token: tok}\n", "{Token: new}"),
    ("Remotes:\n  a: {Token: tok, System: true}\n", "{Token: new, System: true}"),
    ("Remotes:\n  a: {\n    URI: h,\n    Token: tok,\n    System: true }\n", "URI: h, Token: new"),
    (
      "Remotes:\n  größe: {URI: h}\n  a: {URI: größe, Token: 'tok'} # ü\n",
      "{URI: größe, Token: new} # ü"
    ),
    ("Remotes:\n  a:\n    Token: tok\n", "a:\n    Token: new\n"),
    ("Remotes:\n  a: &x\n    Token: tok\n    System: true\n", "&x\n    Token: new\n    System"),
    ("Remotes:\n  a: &x {Token: tok}\n", "a: &x {Token: new}"),
    ("Remotes:\n  a: &x {Token: tok, System: true}\n", "a: &x {Token: new, System: true}"),
  ])
  func `a token that was taken out of a remote can be lent again`(
    _ text: String, _ expected: String
  ) throws {
    let read = try configuration(text)
    let index = try #require(read.remotes.firstIndex { $0.name == "a" })
    let rest = try removing([.token(index)], from: read)
    #expect(!rest.readable.contains("tok"))
    var file = try CredentialFile(.remoteYAML, path: "remote.yaml", holding: rest)
    let reason = try file.add(
      Credential(
        record: CredentialRecord(
          key: .endpoint("a"), spellings: [], isSecure: true, username: "", created: 0),
        secret: try SecretBytes(readable: "new")))
    #expect(reason == nil)
    let written = file.takeText()
    let lent = written.readable
    #expect(lent.contains(expected), "\(lent)")
  }

  @Test(arguments: [
    (
      "Credentials: [{URI: https://k, Auth: Basic YTpi}]\n",
      "[{URI: https://k, Auth: Basic dTpuZXc=}]"
    ),
    (
      "Credentials:\n- {Auth: Basic YTpi, URI: https://k, Insecure: false}\n",
      "- {URI: https://k, Auth: Basic dTpuZXc=, Insecure: false}"
    ),
  ])
  func `a keyserver's login that was taken out of an entry can be lent again`(
    _ text: String, _ expected: String
  ) throws {
    let rest = try removing([.authorization(0)], from: try configuration(text))
    var file = try CredentialFile(.remoteYAML, path: "remote.yaml", holding: rest)
    let reason = try file.add(
      Credential(
        record: CredentialRecord(
          key: .keyserver("https://k"), spellings: [], isSecure: true, username: "u", created: 0),
        secret: try SecretBytes(readable: "new")))
    #expect(reason == nil)
    let written = file.takeText()
    let lent = written.readable
    #expect(lent.contains(expected), "\(lent)")
  }

  @Test func `a remote that others share by an alias gets no token`() throws {
    let read = try configuration("Remotes:\n  x: &a {URI: x}\n  y: *a\n")
    let edit = try present(try read.keepingToken(of: "x", like: nil))
    let error = try refusal { _ = try read.edited(by: edit, secret: RawSpan()) }
    #expect(error.message.contains("cannot be edited without loss"))
  }

  @Test func `an entry that is a single pair without braces is not edited`() throws {
    let read = try configuration("Credentials: [URI: https://k]\n")
    let error = try refusal { _ = try read.keeping(keyserver: "https://k", isInsecure: false) }
    #expect(error.message.contains("not edited"))
  }

  private func removing(
    _ places: [RemoteSecretPlace], from read: borrowing RemoteConfiguration
  ) throws -> SecretBytes {
    var edit = RemoteEdit(expectation: read.expectation(without: places))
    for range in try read.removals(of: places) { edit.text.replace(range, with: []) }
    return try read.edited(by: edit, secret: RawSpan())
  }
}
