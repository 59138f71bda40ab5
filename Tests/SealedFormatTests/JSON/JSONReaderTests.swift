import Testing
import VaultTestSupport

@testable import SealedFormat

/// Reads a text to its end, skipping every value.
private func check(_ bytes: [UInt8]) throws(VaultError) {
  let copy = try SecretBytes(readable: bytes)
  var reader = JSONReader(copy.bytes, name: "the text")
  try reader.finish()
}

private func member(_ name: String, of text: String) throws(VaultError) -> String? {
  let copy = try SecretBytes(readable: text)
  var reader = JSONReader(copy.bytes, name: "the text")
  var found: String?
  try reader.beginObject()
  while let next = try reader.nextMember() {
    if next == name { found = try reader.readSecret().readable }
  }
  try reader.finish()
  return found
}

struct JSONReaderTests {
  @Test(arguments: [
    "{}", "[]", "null", "true", "false", "0", "-0", "12", "-1.5", "1e9", "1E+9", "0.1e-3",
    "1234567890123456789012345678901234567890", #""""#, #"  {"a" : [ 1 , {"b":null} , "c" ] }  "#,
    "\t\r\n[]\n", #"["\"\\\/\b\f\n\r\t\u0000\u00e9\uD83D\uDE00"]"#, #"{"a":{"a":1},"b":[{"a":2}]}"#,
    "[\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"]", #"{"":1}"#,
    String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
  ])
  func `valid JSON is accepted`(_ text: String) throws { try check(Array(text.utf8)) }

  private static let malformed = [
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}", "{,\"a\":1}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{1:2}",
    "nul", "nulll", "True", "tru", "01", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+", "-01", "0x1",
    "NaN", "Infinity", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\uD800\"",
    "\"\\uD800\\u0041\"", "\"\\uDC00\"", "\"\\uD800x\"", "\"\\uD800\\uD800\"", "\"\n\"", "\"\t\"",
    "\"\0\"", "{} {}", "[]x", "1,2", "// a\n1", "/* a */ 1", "\u{FEFF}{}", "[1]]",
    #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"[{"b":{"a":1,"a":1}}]"#, "\u{A0}1", "\u{0C}1",
    String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    String(repeating: "{\"a\":", count: 100_000),
  ]

  @Test func `text that is not JSON is refused`() {
    for text in Self.malformed {
      #expect(throws: VaultError.self, "\(text.prefix(80))") { try check(Array(text.utf8)) }
    }
  }

  @Test func `JSON with bytes that are not UTF-8 is refused`() {
    let texts: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ]
    for bytes in texts {
      #expect(throws: VaultError.self, "\(bytes)") {
        try check([UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
      }
    }
  }

  @Test(arguments: [
    (#"{"token":"plain"}"#, "plain"), (#"{"token":""}"#, ""),
    (#"{"a":{"token":"inner"},"token":"outer"}"#, "outer"),
    (#"{"token":"\u0061\n\"\\\/é\uD83D\uDE00","z":[1,2]}"#, "a\n\"\\/é😀"),
    (#"{"tok\u0065n":"named with an escape"}"#, "named with an escape"),
  ])
  func `a secret is read from JSON with its escapes resolved`(_ text: String, _ secret: String)
    throws
  {
    #expect(try member("token", of: text) == secret)
  }

  @Test(arguments: [
    "{\"token\":1}", "{\"token\":null}", "{\"token\":[\"a\"]}", "[\"token\"]", "\"token\"",
  ])
  func `a JSON value that is not a string is refused as a secret`(_ text: String) {
    #expect(throws: VaultError.self) { try member("token", of: text) }
  }

  @Test func `no message of the JSON reader contains the text`() {
    let error = #expect(throws: VaultError.self) { try member("token", of: #"{"token":"hunter2""#) }
    #expect(error?.code == .damaged)
    #expect(
      error?.message == "the text is not valid JSON in line 1, at byte 18: a \",\" is missing")
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("17", 17), ("-17", -17), ("17.9", 17), ("1e3", nil),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
      ("99999999999999999999", nil),
    ] as [(String, Int64?)])
  func `a JSON number is read without its fraction`(_ text: String, _ value: Int64?) throws {
    let bytes = try SecretBytes(readable: text)
    var reader = JSONReader(bytes.bytes, name: "the number")
    #expect(try reader.readInteger() == value)
    try reader.finish()
  }

  @Test func `JSON arrays are read element by element`() throws {
    let bytes = try SecretBytes(readable: #"[ "a", 1, "b", [["x"]], "c" ]"#)
    var reader = JSONReader(bytes.bytes, name: "the list")
    var strings: [String] = []
    try reader.beginArray()
    while try reader.nextElement() {
      if try reader.nextKind() == .string { strings.append(try reader.readString()) }
    }
    try reader.finish()
    #expect(strings == ["a", "b", "c"])
  }

  @Test func `reading JSON out of order is an error, not a crash`() throws {
    let bytes = try SecretBytes(readable: #"{"a":1}"#)
    var reader = JSONReader(bytes.bytes, name: "the text")
    do {
      _ = try reader.nextMember()
      Issue.record("a member was read before any object")
    } catch { #expect(error.code == .internalFault) }
    reader = JSONReader(bytes.bytes, name: "the text")
    try reader.beginObject()
    _ = try reader.nextMember()
    _ = try reader.readInteger()
    do {
      _ = try reader.readInteger()
      Issue.record("a value was read twice")
    } catch { #expect(error.code == .damaged) }
  }

  @Test func `no prefix of valid JSON is valid or crashes the reader`() {
    let text = Array(#"{"token":"a\u00e9\uD83D\uDE00é","n":-1.5e3,"l":[true,false,null,{}]}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: VaultError.self) { try check(Array(text.prefix(length))) }
    }
  }
}
