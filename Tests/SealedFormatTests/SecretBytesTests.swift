import Glibc
import Testing
import VaultTestSupport
@testable import SealedFormat

struct SecretBytesTests {
  private func secret(_ text: String) throws -> SecretBytes {
    try SecretBytes(copying: Array(text.utf8).bytes)
  }

  @Test(arguments: [
    ("secret\n", "secret"), ("secret\r\n", "secret"), ("secret", "secret"), ("\n", ""), ("", ""),
    ("secret\n\n", "secret\n"), ("secret\r", "secret\r"), (" s \n", " s "), ("a\nb\n", "a\nb"),
  ])
  func `one line end is dropped from a secret and nothing else`(_ pair: (String, String)) throws {
    let shortened = try secret(pair.0).droppingLineEnd()
    #expect(shortened.readable == pair.1)
  }

  @Test func `secrets are the same only with the same bytes`() throws {
    let one = try secret("hunter2")
    let equals = [
      one.isEqual(to: try secret("hunter2")), one.isEqual(to: try secret("hunter3")),
      one.isEqual(to: try secret("hunter22")), one.isEqual(to: try secret("")),
    ]
    #expect(equals == [true, false, false, false])
  }

  @Test func `a descriptor is read to its end and no further than the limit`() throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    let sent = [UInt8](repeating: 7, count: 3000)
    #expect(unsafe write(ends[1], sent, sent.count) == sent.count)
    close(ends[1])
    let read = try SecretBytes(reading: ends[0], limit: 3000, name: "the pipe")
    #expect(read.count == 3000)
    close(ends[0])
  }

  @Test func `a secret longer than the limit is refused`() throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    defer { close(ends[0]) }
    let sent = [UInt8](repeating: 7, count: 3001)
    #expect(unsafe write(ends[1], sent, sent.count) == sent.count)
    close(ends[1])
    let input = ends[0]
    let error = #expect(throws: VaultError.self) {
      _ = try SecretBytes(reading: input, limit: 3000, name: "the pipe")
    }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "the pipe is longer than 3000 bytes")
  }

  @Test func `reading past the end of a secret ends the program`() async {
    await #expect(processExitsWith: .failure) {
      let secret = try SecretBytes(copying: [1, 2, 3].bytes)
      _ = secret.bytes[3]
    }
  }

  @Test func `a random secret is another each time`() throws {
    let isSame = try SecretBytes.random(count: 32).isEqual(to: SecretBytes.random(count: 32))
    #expect(!isSame)
  }

  @Test func `UTF-8 is told from other bytes`() throws {
    for (bytes, expected) in [
      ([0x61, 0xc3, 0xa9] as [UInt8], true), ([0xff], false), ([0xc3], false), ([], true),
    ] {
      let isUTF8 = try SecretBytes(copying: bytes.bytes).isUTF8()
      #expect(isUTF8 == expected, "\(bytes)")
    }
  }
}
