import Glibc
import SealedFormat
import Testing
import Vault
import VaultTestSupport

@testable import Compat

struct YAMLTextTests {
  @Test(arguments: ["", "\u{feff}"])
  func `positions are counted in bytes, whatever characters come before`(_ mark: String) throws {
    let source = """
      \(mark)# Größe 日本 😀\u{85}Äctive: {"ö": 'ü', b: [x, *none]}
      """.replacing("*none", with: "y")
      + "\r\nClé: &a !t \"ß\"\u{2028}Other: *a\rLast:\n"
    let text = try YAMLText(SecretBytes(readable: source), path: "x")
    let fields = try #require(text.root?.fields)
    let shown = fields.map { [part($0.key, of: text), part($0.value, of: text)] }
    #expect(
      shown == [
        ["Äctive", "{\"ö\": 'ü', b: [x, y]}"], ["Clé", "&a !t \"ß\""], ["Other", "*a"],
        ["Last", ""],
      ])
    #expect(fields.map(\.key.line) == [2, 3, 4, 5])
    #expect(fields.map(\.value.isFlow) == [true, false, false, false])
    #expect(fields.map(\.value.hasAnchor) == [false, true, false, false])
    #expect(fields.map(\.value.isAlias) == [false, false, true, false])
    #expect(fields[1].value.tag == "!t")
    #expect(fields[2].value.text == "ß")
    #expect(fields[3].value.isNull)
  }

  @Test func `a second key is refused with both lines`() throws {
    let error = try refusal { _ = try configuration("Remotes:\n  a: {}\n  b: {}\n  \"a\": {}\n") }
    #expect(
      error.message
        == "remote.yaml line 2: the key \"a\" is there more than once, again on line 4: remove one")
  }

  @Test func `names that differ only in their Unicode form are different names`() throws {
    let read = try configuration(
      "Remotes:\n  \u{e9}: {URI: a, Token: x}\n  e\u{301}: {URI: b, Token: y}\n")
    #expect(read.remotes.map(\.uri) == ["a", "b"])
    let edit = try present(try read.keepingToken(of: "e\u{301}", like: nil))
    let value = try SecretBytes(readable: "new")
    let text = try read.edited(by: edit, secret: value.bytes)
    #expect(
      text.readable == "Remotes:\n  \u{e9}: {URI: a, Token: x}\n  e\u{301}: {URI: b, Token: new}\n")
  }

  @Test(arguments: ["\u{301}\u{316}", "ö"])
  func `a name of 120,000 characters takes no quadratic time`(_ part: String) throws {
    let name = "e" + String(repeating: part, count: 120_000 / part.unicodeScalars.count)
    let text =
      "Active: \(name)\nRemotes:\n  ? \(name)\n  : URI: \(name)\n  a: {URI: h}\n"
    let start = processorSeconds()
    let read = try configuration(text)
    let edit = try present(try read.keepingToken(of: name, like: nil))
    let value = try SecretBytes(readable: "new")
    _ = try read.edited(by: edit, secret: value.bytes)
    #expect(processorSeconds() - start < 10)
  }

  @Test
  func `a line of a megabyte full of values takes no quadratic time`() throws {
    let values = String(repeating: "ü, ", count: 100_000)
    let start = processorSeconds()
    _ = try configuration("X: [\(values)]\n")
    let blanks = String(repeating: " ", count: 200_000)
    _ = try configuration("# \(blanks)\(String(repeating: "Token:{", count: 40_000))\n")
    #expect(processorSeconds() - start < 10)
  }

  /// What this thread has computed for, whatever else the machine does.
  private func processorSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func part(_ node: YAMLNode, of text: borrowing YAMLText) -> String {
    let bytes = text.bytes.bytes
    return String(decoding: node.range.map { bytes[$0] }, as: UTF8.self)
  }
}
