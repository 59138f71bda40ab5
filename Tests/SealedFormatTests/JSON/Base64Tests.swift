import Foundation
import Testing
import VaultTestSupport

@testable import SealedFormat

private func encode(_ bytes: [UInt8]) throws(VaultError) -> String {
  let secret = try SecretBytes(readable: bytes)
  let encoded = try Base64.encode(secret.bytes)
  return encoded.readable
}

private func decode(_ text: [UInt8]) throws(VaultError) -> [UInt8] {
  let secret = try SecretBytes(readable: text)
  let decoded = try Base64.decode(secret.bytes)
  return decoded.readableBytes
}

private func decodeURL(_ text: [UInt8]) throws(VaultError) -> [UInt8] {
  let secret = try SecretBytes(readable: text)
  let decoded = try Base64.decodeURL(secret.bytes)
  return decoded.readableBytes
}

private func decodeLeniently(_ text: String) throws(VaultError) -> String {
  let secret = try SecretBytes(readable: Array(text.utf8))
  let decoded = try Base64.decodeLeniently(secret.bytes)
  return decoded.readable
}

private func expiry(_ token: [UInt8]) throws(VaultError) -> Int64? {
  let secret = try SecretBytes(readable: token)
  return SecretExpiry.find(in: secret.bytes)
}

struct Base64Tests {
  @Test func `base64 encodes and decodes as Foundation does at every length`() throws {
    for length in Array(repeating: 0..<70, count: 20).joined() {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
      let expected = Data(bytes).base64EncodedString()
      #expect(try encode(bytes) == expected)
      #expect(try decode(Array(expected.utf8)) == bytes)
      let url = expected.replacing("+", with: "-").replacing("/", with: "_").replacing(
        "=", with: "")
      #expect(try decodeURL(Array(url.utf8)) == bytes)
    }
  }

  @Test(arguments: [
    "A", "AA", "AAA", "AA=", "A===", "====", "=", "=AAA", "AA=A", "AAAA=", "AAAA====", "AA==AAAA",
    "AB==", "AAB=", " AAAA", "AAAA\n", "AA-_", "AA\0A", "ÄAA", "AAA*",
  ])
  func `base64 that is not canonical is refused`(_ text: String) {
    #expect(throws: VaultError.self) { try decode(Array(text.utf8)) }
  }

  @Test(arguments: ["A", "AAAAA", "AB", "AAB", "AA==", "AA+/", "AA A", "AAAA\n"])
  func `base64url with padding or characters of base64 is refused`(_ text: String) {
    #expect(throws: VaultError.self) { try decodeURL(Array(text.utf8)) }
  }

  @Test(arguments: [
    ("dTpw", "u:p"), ("dTpwYQ==", "u:pa"), ("dTpwYWE=", "u:paa"), ("dTpwYQ", "u:pa"),
    ("dTpwYWE", "u:paa"), ("\r\ndT\npw\r\nYQ=\n=\n", "u:pa"), ("", ""), ("\n", ""),
    ("dTpwYR==", "u:pa"), ("dTpwYf", "u:pa"), ("dTpwYWH=", "u:paa"), ("dTpwYWG", "u:paa"),
  ])
  func `lenient base64 accepts line ends, missing padding and set unused bits, as Go does`(
    _ text: String, _ bytes: String
  ) throws {
    #expect(try decodeLeniently(text) == bytes)
  }

  @Test(arguments: [
    "A", "AAAAA", "AA=", "A===", "=", "==", "====", "AAAA=", "AAAA==", "AA=A", "AA==A", "AA===",
    "AA A", "AA\tA", "AA-_", "AA\0A", "A\n",
  ])
  func `lenient base64 refuses what Go refuses, except missing padding`(_ text: String) {
    #expect(throws: VaultError.self) { try decodeLeniently(text) }
  }

  @Test func `every byte is a base64 digit in exactly the alphabets that contain it`() {
    for byte in UInt8.min...UInt8.max {
      let group = [0x41, 0x41, 0x41, byte] as [UInt8]
      let standard = (try? decode(group).count) == 3
      let url = (try? decodeURL(group).count) == 3
      let character = Character(Unicode.Scalar(byte))
      let isShared = character.isASCII && (character.isLetter || character.isNumber)
      #expect(standard == (isShared || character == "+" || character == "/"))
      #expect(url == (isShared || character == "-" || character == "_"))
    }
  }
}

struct HexadecimalTests {
  @Test func `hexadecimal digits decode to the bytes they encode at every length`() throws {
    for length in 0..<40 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
      let secret = try SecretBytes(readable: bytes)
      let digits = try Hexadecimal.encode(secret.bytes)
      #expect(digits.readable == bytes.map { String(format: "%02x", $0) }.joined())
      #expect(digits.readable == bytes.hexadecimal)
      let decoded = try Hexadecimal.decode(digits.bytes)
      #expect(decoded.readableBytes == bytes)
      #expect([UInt8](hexadecimal: bytes.hexadecimal) == bytes)
    }
  }

  @Test(arguments: ["0", "000", "0A", "A0", "0g", " 00", "00\n", "0x00", "0\0", "é0"])
  func `text that is not pairs of lower-case hexadecimal digits is refused`(_ text: String) throws {
    let secret = try SecretBytes(readable: Array(text.utf8))
    #expect(throws: VaultError.self) { _ = try Hexadecimal.decode(secret.bytes) }
    #expect([UInt8](hexadecimal: text) == nil)
  }
}

struct SecretExpiryTests {
  private func token(_ claims: String) -> [UInt8] {
    let part = Data(claims.utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return Array("eyJhbGciOiJFUzI1NiJ9.\(part).c2lnbmF0dXJl".utf8)
  }

  @Test(
    arguments: [
      (#"{"exp":1893456000}"#, 1_893_456_000),
      (#"{"iat":1,"exp":1893456000.5,"a":[]}"#, 1_893_456_000),
      (#"{"iat":1}"#, nil), (#"{"exp":"1893456000"}"#, nil), (#"{"exp":-5}"#, nil),
      (#"{"exp":null}"#, nil), (#"{"exp":1893456000"#, nil), ("[1893456000]", nil),
      (#"{"exp":1,"exp":2}"#, nil), (#"{"exp":99999999999999999999}"#, nil),
    ] as [(String, Int64?)])
  func `the expiry of a token is its 'exp' claim`(_ claims: String, _ time: Int64?) throws {
    #expect(try expiry(token(claims)) == time)
  }

  @Test(arguments: ["", ".", "..", "...", "password", "a.b.c", "dckr_pat_abc", "a.!!!.c", "é.é.é"])
  func `a secret that is not a JSON web token has no known expiry`(_ secret: String) throws {
    #expect(try expiry(Array(secret.utf8)) == nil)
  }
}
