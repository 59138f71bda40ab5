/// Writes values in D-Bus's wire format: little-endian, each at a multiple of its own alignment.
///
/// One place may be left for a secret, which is sent from its guarded memory and never copied in here.
struct BusWriter {
  /// What is written, without the secret.
  private(set) var bytes: [UInt8] = []
  /// Where in `bytes` the secret belongs, and how long it is.
  private(set) var secretPlace: (offset: Int, length: Int)?

  /// The length of the whole, the secret included.
  var count: Int { bytes.count + (secretPlace?.length ?? 0) }

  mutating func align(to alignment: Int) {
    while count % alignment != 0 { bytes.append(0) }
  }

  mutating func write(byte: UInt8) { bytes.append(byte) }

  mutating func write(uint32 value: UInt32) {
    align(to: 4)
    bytes.append(number: value)
  }

  mutating func write(boolean value: Bool) { write(uint32: value ? 1 : 0) }

  /// A string or object path; must not hold a zero byte.
  mutating func write(_ text: String) {
    write(uint32: UInt32(truncatingIfNeeded: text.utf8.count))
    bytes += text.utf8
    bytes.append(0)
  }

  mutating func write(signature: String) {
    bytes.append(UInt8(truncatingIfNeeded: signature.utf8.count))
    bytes += signature.utf8
    bytes.append(0)
  }

  /// An array of bytes that is not written here but sent from where it lies.
  mutating func write(secretOfLength length: Int) {
    write(uint32: UInt32(truncatingIfNeeded: length))
    secretPlace = (bytes.count, length)
  }

  /// An array, whose length is known only when its elements are written.
  mutating func write(arrayOf alignment: Int, _ elements: (inout BusWriter) -> Void) {
    write(uint32: 0)
    let place = bytes.count - 4
    align(to: alignment)
    let start = count
    elements(&self)
    let length = UInt32(truncatingIfNeeded: count - start)
    var number: [UInt8] = []
    number.append(number: length)
    bytes.replaceSubrange(place..<(place + 4), with: number)
  }

  /// A dictionary of texts, in the order of its keys.
  mutating func write(_ texts: [String: String]) {
    write(arrayOf: 8) { array in
      for (key, value) in texts.sorted(by: { $0.key < $1.key }) {
        array.align(to: 8)
        array.write(key)
        array.write(value)
      }
    }
  }
}

/// A method to call, with its arguments.
struct BusCall {
  let destination: String
  let path: String
  let interface: String
  let member: String
  /// The types of the arguments.
  var signature = ""
  var body = BusWriter()

  /// The head of the message: all that comes before the body.
  func head(serial: UInt32) -> [UInt8] {
    // No reply for a service that would have to be started: we start none.
    let noAutoStart: UInt8 = 2
    let methodCall: UInt8 = 1
    var head = BusWriter()
    for byte in [UInt8(ascii: "l"), methodCall, noAutoStart, 1] { head.write(byte: byte) }
    head.write(uint32: UInt32(truncatingIfNeeded: body.count))
    head.write(uint32: serial)
    head.write(arrayOf: 8) { fields in
      func write(_ code: UInt8, _ type: String, _ value: String) {
        fields.align(to: 8)
        fields.write(byte: code)
        fields.write(signature: type)
        if type == "g" { fields.write(signature: value) } else { fields.write(value) }
      }
      write(1, "o", path)
      write(2, "s", interface)
      write(3, "s", member)
      write(6, "s", destination)
      if !signature.isEmpty { write(8, "g", signature) }
    }
    head.align(to: 8)
    return head.bytes
  }
}
