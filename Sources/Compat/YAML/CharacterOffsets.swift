/// Where each character of a UTF-8 text begins, because libyaml counts characters.
struct CharacterOffsets {
  /// Nil for a text in which every character is one byte; a file has at most 2^20 of them.
  private let offsets: [UInt32]?
  private let end: Int

  init(_ text: [UInt8]) {
    end = text.count
    guard text.contains(where: { $0 >= 0x80 }) else {
      offsets = nil
      return
    }
    offsets = text.indices.filter { text[$0] & 0xc0 != 0x80 }.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// The offset of a character in bytes; behind the last one, the end of the text.
  func offset(ofCharacter index: Int) -> Int {
    guard let offsets else { return min(index, end) }
    return offsets.indices.contains(index) ? Int(offsets[index]) : end
  }
}
