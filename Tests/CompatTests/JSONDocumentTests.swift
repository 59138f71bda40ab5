import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import Compat

/// Changes to JSON files of other programs.
struct JSONDocumentTests {
  private func document(_ text: String) throws -> JSONDocument {
    let bytes = Array(text.utf8)
    return try JSONDocument(try SecretBytes(copying: bytes.bytes), path: "/h/config.json")
  }

  private func text(_ document: borrowing JSONDocument) -> String {
    unsafe document.text.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Text, path, what it is set to, the result.
  @Test(
    arguments: [
      (#"{}"#, ["a"], "1", "{\n\t\"a\": 1\n}"),
      ("{ \n}\n", ["a"], "1", "{\n\t\"a\": 1\n}\n"),
      (#"{"a":1}"#, ["b"], "2", #"{"a":1,"b":2}"#),
      (#"{"a": 1, "c": 3}"#, ["b"], "2", #"{"a": 1, "c": 3, "b": 2}"#),
      ("{\n  \"a\": 1\n}\n", ["b"], "2", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
      ("{\r\n\t\"a\": 1\r\n}", ["b"], "2", "{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}"),
      ("{\n  \"a\": 1\n}", ["b", "c"], "2", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 2\n  }\n}"),
      ("{\n    \"a\": {}\n}", ["a", "c"], "2", "{\n    \"a\": {\n        \"c\": 2\n    }\n}"),
      (#"{"a" :"x" }"#, ["a"], "true", #"{"a" :true }"#),
      ("\u{feff}{\"a\":1}", ["a"], "2", "\u{feff}{\"a\":2}"),
      ("{\"a\":{\"é\\u00e9\":[{}]}}", ["a", "z"], "0", "{\"a\":{\"é\\u00e9\":[{}],\"z\":0}}"),
    ] as [(String, [String], String, String)])
  func `a member is set in the style of the file`(
    _ old: String, _ path: [String], _ value: String, _ new: String
  ) throws {
    let changed = try document(old).setting(path, to: [.text(value)])
    #expect(text(changed) == new)
  }

  @Test(
    arguments: [
      (#"{"a":1}"#, ["a"], "{}"),
      (#"{"a":1,"b":2}"#, ["a"], #"{"b":2}"#),
      (#"{"a":1,"b":2}"#, ["b"], #"{"a":1}"#),
      (
        "{\n\t\"a\": 1,\n\t\"b\": {\n\t},\n\t\"c\": 3\n}\n", ["b"],
        "{\n\t\"a\": 1,\n\t\"c\": 3\n}\n"
      ),
      ("{\r\n  \"a\" : {\"x\" : 1 , \"y\":2}\r\n}", ["a", "y"], "{\r\n  \"a\" : {\"x\" : 1}\r\n}"),
      (#"{"a":1}"#, ["b", "c"], #"{"a":1}"#),
    ] as [(String, [String], String)])
  func `a member goes with one comma and nothing else`(
    _ old: String, _ path: [String], _ new: String
  ) throws {
    let changed = try document(old).removing(path)
    #expect(text(changed) == new)
  }

  @Test(
    arguments: [
      ("", "line 1"), ("[]", "not a JSON object"), ("null", "not a JSON object"),
      ("{\"a\":1,\n\"a\":2}", "line 2"), ("{\"a\":\n\n}", "line 3"), ("{} x", "follows"),
      ("{\"a\":\"\u{1}\"}", "control character"), ("{'a':1}", "name is missing"),
      ("{\"a\":1,}", "name is missing"), ("// c\n{}", "value is missing"),
      (String(repeating: "{\"a\":", count: 70), "nested deeper"),
    ])
  func `what is no JSON object is refused with the line and the reason`(
    _ text: String, _ reason: String
  ) throws {
    let error = #expect(throws: VaultError.self) { _ = try document(text) }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("/h/config.json") == true)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test func `bytes that are not UTF-8 are refused`() throws {
    let bytes: [UInt8] = Array("{\"a\":\"".utf8) + [0xff] + Array("\"}".utf8)
    let error = #expect(throws: VaultError.self) {
      _ = try JSONDocument(try SecretBytes(copying: bytes.bytes), path: "/f")
    }
    #expect(error?.code == .damaged)
  }

  @Test func `setting something inside a text is refused`() throws {
    let error = #expect(throws: VaultError.self) {
      _ = try document("{\n\"auths\": \"x\"}").setting(["auths", "h"], to: [.text("1")])
    }
    #expect(error?.message == "/h/config.json, line 2: \"auths\" is not an object")
  }

  /// In 10,000 texts made by chance, most of them broken.
  @Test func `adding a member and removing it again is the identity, and nothing crashes`() throws {
    var random = Numbers(state: 7)
    let parts = [
      "{", "}", "\"a\"", ":", ",", "1", "\"x y\"", "[", "]", "{}", "\n", "\t", "  ", "\r\n",
      "null", "{\"b\":2}", "\"c\":{\n\t\"d\": true\n}", "{\"a\":1,\"b\":{\"c\":\"é\"}}",
    ]
    var checked = 0
    for _ in 0..<10_000 {
      let count = Int.random(in: 0...6, using: &random)
      let middle = (0..<count).compactMap { _ in parts.randomElement(using: &random) }.joined()
      let old = Bool.random(using: &random) ? "{\"k\":\(middle)}" : middle
      guard let parsed = try? document(old), !parsed.root.members.isEmpty,
        parsed.root["new"] == nil
      else { continue }
      checked += 1
      let added = try parsed.setting(["new"], to: [.text("\"v\"")])
      let removed = try added.removing(["new"])
      #expect(text(removed) == old)
    }
    #expect(checked > 300)
  }
}
