import Glibc
import Testing
import VaultTestSupport

@testable import SealedFormat

struct PathTests {
  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a/b", "a", "b"), ("/a/", "/a", ""), ("/", "/", ""),
    ("//a", "/", "a"), ("/a/\u{301}b", "/a", "\u{301}b"), ("a", nil, "a"), ("", nil, ""),
  ])
  func `a path is its folder and its name`(_ path: String, _ folder: String?, _ name: String) {
    #expect(Path.folder(of: path) == folder)
    #expect(Array(Path.name(of: path).utf8) == Array(name.utf8))
  }

  @Test(arguments: [
    ("/a/b/c", ["/a/b", "/a", "/"]), ("/a", ["/"]), ("/", []), ("a/b", ["a"]), ("a", []),
  ])
  func `the folders above a path end at the root`(_ path: String, _ folders: [String]) {
    #expect(Path.folders(above: path) == folders)
  }

  @Test func `a name in the root has one slash before it`() {
    #expect(Path.of("a", in: "/") == "/a")
    #expect(Path.of("a", in: "/b") == "/b/a")
  }
}

struct TextTests {
  @Test(arguments: [
    ("", ""), (" ", ""), ("a", "a"), (" \t\r\n a b\u{a0}\r\n", "a b"),
    ("\u{2003}a\u{301} ", "a\u{301}"),
  ])
  func `white space is trimmed as Go trims it`(_ text: String, _ trimmed: String) {
    #expect(text.trimmingSpace == trimmed)
  }

  @Test func `blanks are spaces and tabs only`() {
    #expect(" \ta\r\n\t ".trimmingBlanks == "a\r\n")
  }

  @Test func `texts that differ only in Unicode form stay two`() {
    let texts = ["e\u{301}", "\u{e9}", "e\u{301}", "x"].unique
    #expect(texts.map { Array($0.utf8) } == [[0x65, 0xcc, 0x81], [0xc3, 0xa9], [0x78]])
  }

  @Test func `a byte has the class that ASCII gives it`() {
    for byte in UInt8.min...UInt8.max {
      let character = Character(Unicode.Scalar(byte))
      #expect(byte.isLetter == (character.isASCII && character.isLetter))
      #expect(byte.isDigit == (character.isASCII && character.isWholeNumber))
      #expect(byte.hexadecimalValue.map(Int.init) == character.hexDigitValue)
      #expect(byte.isControl == (byte < 32 || byte == 127))
    }
  }

  @Test func `a number is read from exactly its own bytes, the lowest first`() {
    let bytes: [UInt8] = [1, 2, 3, 0x84]
    #expect(UInt32(littleEndian: bytes.bytes) == 0x8403_0201)
    #expect(UInt64(littleEndian: bytes.bytes) == nil)
    #expect(UInt16(littleEndian: bytes.bytes) == nil)
  }
}

struct DescriptorTests {
  /// A pipe that holds some bytes and whose other end is closed.
  private func pipe(holding count: Int) -> Int32 {
    var ends: [Int32] = [0, 0]
    unsafe #expect(Glibc.pipe(&ends) == 0)
    let bytes = [UInt8](repeating: 7, count: count)
    unsafe #expect(Glibc.write(ends[1], bytes, count) == count)
    close(ends[1])
    return ends[0]
  }

  @Test func `as many bytes as the limit are read, and one more is refused`() throws {
    let exact = pipe(holding: 100)
    defer { close(exact) }
    #expect(try [UInt8](readingFrom: exact, limit: 100, name: "it").count == 100)
    let longer = pipe(holding: 101)
    defer { close(longer) }
    #expect(throws: VaultError.self) { try [UInt8](readingFrom: longer, limit: 100, name: "it") }
  }

  @Test func `no more is read than there is room for`() throws {
    let long = pipe(holding: 101)
    defer { close(long) }
    #expect(try [UInt8](capacity: 100, readingFrom: long, name: "it").count == 100)
    #expect(try [UInt8](capacity: 100, readingFrom: long, name: "it").count == 1)
  }
}
