extension FixedWidthInteger where Self: UnsignedInteger {
  /// The number that bytes are, the lowest first, or nil if there are not as many as the type has.
  package init?(littleEndian bytes: RawSpan) {
    guard bytes.byteCount == MemoryLayout<Self>.size else { return nil }
    self = 0
    for offset in 0..<bytes.byteCount { self |= Self(bytes[offset]) << (8 * offset) }
  }
}

extension OutputRawSpan {
  /// Appends a number, the lowest byte first.
  @_lifetime(self: copy self)
  package mutating func append<Number: FixedWidthInteger & UnsignedInteger>(
    littleEndian number: Number
  ) {
    for offset in 0..<MemoryLayout<Number>.size {
      append(UInt8(truncatingIfNeeded: number >> (8 * offset)))
    }
  }
}
