import Testing

@testable import Vault

/// D-Bus's wire format, against bytes that other programs have written, and against nonsense.
struct BusFormatTests {
  /// A call of `NameHasOwner`, as dbus-send 1.14 sends it but for its order of fields.
  @Test func `a call has the bytes of the specification`() {
    var call = BusCall(
      destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus", member: "NameHasOwner", signature: "s")
    call.body.write("a.b")
    let head = call.head(serial: 2)
    #expect(Array(head[..<16]) == [0x6c, 1, 2, 1, 8, 0, 0, 0, 2, 0, 0, 0, 127, 0, 0, 0])
    #expect(head.count == 16 + 128)
    #expect(Array(head[16..<24]) == [1, 1, 0x6f, 0, 21, 0, 0, 0])
    #expect(Array(head[136..<144]) == [8, 1, 0x67, 0, 1, 0x73, 0, 0])
    #expect(call.body.bytes == [3, 0, 0, 0, 0x61, 0x2e, 0x62, 0])
  }

  @Test func `a dictionary stands at multiples of eight, and its length leaves out the first gap`()
    throws
  {
    var writer = BusWriter()
    writer.write(["k": "v", "a": "b"])
    let text = { (letter: UInt8) -> [UInt8] in [1, 0, 0, 0, letter, 0] }
    #expect(
      writer.bytes == [30, 0, 0, 0, 0, 0, 0, 0] + text(0x61) + [0, 0] + text(0x62) + [0, 0]
        + text(0x6b) + [0, 0] + text(0x76))
    var reader = BusReader(writer.bytes.bytes)
    let read = try reader.textDictionary()
    #expect(read == ["k": "v", "a": "b"])
  }

  @Test func `what follows a secret is placed as if it stood there`() {
    for length in 0..<9 {
      var writer = BusWriter()
      writer.write(secretOfLength: length)
      writer.write(uint32: 7)
      let gap = (4 - length % 4) % 4
      #expect(writer.count == 4 + length + gap + 4)
      #expect(
        writer.bytes == [UInt8(length), 0, 0, 0] + Array(repeating: 0, count: gap) + [7, 0, 0, 0])
    }
  }

  @Test func `values of every type are passed over`() throws {
    var writer = BusWriter()
    writer.write(byte: 9)
    writer.write(uint32: 1)
    writer.write("text")
    writer.write(signature: "a{sv}")
    writer.write(signature: "as")
    writer.write(arrayOf: 4) {
      $0.write("one")
      $0.write("two")
    }
    writer.write(["k": "v"])
    writer.align(to: 8)
    writer.write(uint32: 1)
    writer.write("in a structure")
    var reader = BusReader(writer.bytes.bytes)
    try reader.skip("yusgva{ss}(us)")
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  @Test(arguments: ["z", "(", "a", "a(", "{", "ea", "a{s", "vv", "((((((((((((s"])
  func `what is no type is refused`(_ type: String) {
    let zeros = [UInt8](repeating: 0, count: 64)
    #expect(throws: VaultError.self) {
      var reader = BusReader(zeros.bytes)
      try reader.skip(type)
      let isAtEnd = reader.isAtEnd
      guard isAtEnd else { throw BusReader.malformed }
    }
  }

  /// A body with the properties of an item, as the keyring gives them.
  private static let properties: [UInt8] = {
    var writer = BusWriter()
    writer.write(arrayOf: 8) { array in
      array.align(to: 8)
      array.write("Attributes")
      array.write(signature: "a{ss}")
      array.write(["server": "registry.example.com", "username": "alice"])
      array.align(to: 8)
      array.write("Locked")
      array.write(signature: "b")
      array.write(boolean: false)
      array.align(to: 8)
      array.write("Odd")
      array.write(signature: "(ia{sv})")
      array.align(to: 8)
      array.write(uint32: 1)
      array.write(arrayOf: 8) { _ in }
    }
    return writer.bytes
  }()

  @Test func `an item's properties are read`() throws {
    var reader = BusReader(Self.properties.bytes)
    let item = try SecretItem(path: "/1", properties: &reader)
    #expect(item.attributes == ["server": "registry.example.com", "username": "alice"])
    #expect(!item.isLocked)
  }

  @Test func `no change of a byte, and no cut, is more than refused`() {
    var accepted = 0
    for place in Self.properties.indices {
      for value: UInt8 in [0, 1, 7, 8, 0x61, 0x7f, 0x80, 0xff, Self.properties[place] ^ 1] {
        var bytes = Self.properties
        bytes[place] = value
        var reader = BusReader(bytes.bytes)
        if (try? SecretItem(path: "/1", properties: &reader)) != nil { accepted += 1 }
      }
      let cut = Array(Self.properties[..<place])
      #expect(throws: VaultError.self) {
        var reader = BusReader(cut.bytes)
        _ = try SecretItem(path: "/1", properties: &reader)
        let isAtEnd = reader.isAtEnd
        guard isAtEnd else { throw BusReader.malformed }
      }
    }
    #expect(accepted > 0)
  }

  @Test func `heads of random bytes are refused or read, and never more`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var fixed = (0..<BusHead.fixedLength).map { _ in UInt8.random(in: 0...255, using: &random) }
      fixed[0] = UInt8(ascii: "l")
      fixed[3] = 1
      (fixed[14], fixed[15]) = (0, 0)
      guard var head = try? BusHead(fixed: fixed) else { continue }
      let fields = (0..<min(head.fieldsLength, 256)).map { _ in
        UInt8.random(in: 0...127, using: &random)
      }
      try? head.read(fields: fields)
    }
  }

  // MARK: Addresses

  @Test(arguments: [
    ("unix:path=/run/user/1000/bus", [("/run/user/1000/bus", false)]),
    ("unix:abstract=/tmp/dbus-x,guid=00", [("/tmp/dbus-x", true)]),
    ("unix:guid=00,path=/a%20b", [("/a b", false)]),
    ("tcp:host=h,port=1;unix:path=/b", [("/b", false)]),
    ("unix:path=/a;unix:path=/b", [("/a", false), ("/b", false)]),
  ])
  func `an address is read`(_ text: String, _ sockets: [(String, Bool)]) {
    #expect(
      BusAddress(text)?.sockets
        == sockets.map { BusAddress.Socket(name: Array($0.0.utf8), isAbstract: $0.1) })
  }

  @Test(arguments: [
    "", "unix:", "unix:path=", "unix:path=%4", "unixexec:path=/bin/sh", "autolaunch:",
  ])
  func `what names no socket of this machine is no address`(_ text: String) {
    #expect(BusAddress(text) == nil)
  }
}
