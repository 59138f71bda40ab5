import SealedFormat
import Testing
import VaultTestSupport

struct DisplayTests {
  /// Steers a terminal, breaks a line, turns text round, or is invisible.
  static let hostile: [Unicode.Scalar] = [
    "\u{0}", "\n", "\r", "\t", "\u{1b}", "\u{7f}", "\u{80}", "\u{85}", "\u{9b}", "\u{9f}", "\u{ad}",
    "\u{34f}", "\u{61c}", "\u{115f}", "\u{180e}", "\u{200b}", "\u{200d}", "\u{200e}", "\u{2028}",
    "\u{2029}", "\u{202a}", "\u{202e}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{3164}", "\u{fe0f}",
    "\u{feff}", "\u{ffa0}", "\u{fff9}", "\u{fffe}", "\u{1d173}", "\u{e0001}", "\u{e0041}",
    "\u{e007f}", "\u{e0100}", "\u{10ffff}",
  ]

  @Test(arguments: hostile)
  func `a control or invisible character is written out`(scalar: Unicode.Scalar) {
    let text = "a\(scalar)b"
    let digits = String(scalar.value, radix: 16)
    #expect(text.shown == "a\\u{\(digits)}b")
    #expect(text.shown.shown == text.shown)
  }

  @Test(arguments: hostile.filter { $0 != "\n" })
  func `JSON for people has an escape for it, which means the same`(scalar: Unicode.Scalar) throws {
    let json = "\"a\(scalar)b\"".escapingControlsInJSON
    #expect(!json.unicodeScalars.contains(scalar))
    var reader = JSONReader(Array(json.utf8).bytes, name: "test")
    #expect(try reader.readString() == "a\(scalar)b")
  }

  @Test(arguments: hostile)
  func `JSON with secrets has an escape for it, which means the same`(scalar: Unicode.Scalar) throws
  {
    let text = Array("a\(scalar)b☃".utf8)
    let json = try SecretBytes(capacity: text.bytes.jsonLength) { output throws(VaultError) in
      try output.append(jsonString: text.bytes)
    }
    let readable = json.readable
    #expect(!readable.unicodeScalars.contains(scalar) && readable.contains("☃"))
    var reader = JSONReader(Array(readable.utf8).bytes, name: "test")
    #expect(try reader.readString() == "a\(scalar)b☃")
  }

  @Test(arguments: ["", "plain", "älice", "日本語", "✗!", "e\u{301}", "a b", "👍🏽"])
  func `what can be read is shown as it is`(text: String) {
    #expect(text.shown == text)
    #expect(text.escapingControlsInJSON == text)
  }

  @Test(arguments: [
    ("cannot reach https://u:SECRET@r.example/v2/: no", "cannot reach https://r.example/v2/: no"),
    ("'https://u:SECRET@r' and \"http://t?SECRET\"", "'https://r' and \"http://t\""),
    ("a: b: https://r.example/x", "a: b: https://r.example/x"),
    ("docker://HOST or oras://HOST", "docker://HOST or oras://HOST"),
    ("<https://r?token=SECRET>", "<https://r>"), ("://u:SECRET@", "://"),
  ])
  func `an address within a text is shown without its secret`(_ text: String, _ shown: String) {
    #expect(text.shown == shown)
  }
}
