extension String {
  /// The text before the first NUL of a buffer that a C function filled.
  package init(buffer: [CChar]) {
    self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
