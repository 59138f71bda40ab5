internal import SealedFormat
internal import Vault

/// What puts back the bytes that a migration took out of a file.
///
/// Its form is described in the documentation of the vault's format, under "Migrations".
struct FileUndo: ~Copyable {
  private static let digestLength = 64

  /// A piece that was taken away: where it stood, and where it lies in `bytes`.
  private struct Piece {
    let offset: Int
    let range: Range<Int>
  }

  /// All of it, as it is kept.
  let bytes: SecretBytes
  /// The digest of the file as it was.
  let before: String
  /// The digest of the file as the migration left it.
  let after: String
  private let pieces: [Piece]
  /// Where in the file as it was the pieces stood, in order.
  var places: [Range<Int>] { pieces.map { $0.offset..<($0.offset + $0.range.count) } }

  static var malformed: VaultError {
    VaultError(.damaged, "what undoes a migration is not of the form it should be")
  }

  /// Notes a change.
  ///
  /// - Parameters:
  ///   - text: The file as it is.
  ///   - ranges: What is taken away, in order.
  ///   - edited: The file as it will be.
  /// - Throws: `internalFault` where memory is exhausted.
  init(
    of text: RawSpan, removing ranges: [Range<Int>], edited: RawSpan
  ) throws(VaultError) {
    let before = try digest(of: text)
    let after = try digest(of: edited)
    let length = ranges.reduce(2 * Self.digestLength + 4) { $0 + 8 + $1.count }
    let bytes = try SecretBytes(capacity: length) { (output) throws(VaultError) in
      try output.append(before)
      try output.append(after)
      output.append(littleEndian: UInt32(truncatingIfNeeded: ranges.count))
      for range in ranges {
        output.append(littleEndian: UInt32(truncatingIfNeeded: range.lowerBound))
        output.append(littleEndian: UInt32(truncatingIfNeeded: range.count))
        try output.append(contentsOf: text.extracting(range))
      }
    }
    try self.init(bytes)
  }

  /// Reads what was kept.
  ///
  /// - Throws: `damaged` where it is not of that form.
  init(_ bytes: consuming SecretBytes) throws(VaultError) {
    let (before, after, pieces) = try Self.parse(bytes)
    self.bytes = bytes
    self.before = before
    self.after = after
    self.pieces = pieces
  }

  private static func parse(
    _ bytes: borrowing SecretBytes
  ) throws(VaultError) -> (String, String, [Piece]) {
    let text = bytes.bytes
    guard text.byteCount >= 2 * digestLength + 4 else { throw malformed }
    func digits(_ start: Int) -> String {
      String(decoding: (start..<(start + digestLength)).map { text[$0] }, as: UTF8.self)
    }
    var offset = 2 * digestLength
    func number() -> Int? {
      guard text.byteCount - offset >= 4 else { return nil }
      defer { offset += 4 }
      return UInt32(littleEndian: text.extracting(offset..<offset + 4)).map(Int.init)
    }
    guard let count = number() else { throw malformed }
    var pieces: [Piece] = []
    var end = 0
    for _ in 0..<count {
      guard let place = number(), let length = number(), place >= end,
        length <= text.byteCount - offset
      else { throw malformed }
      pieces.append(Piece(offset: place, range: offset..<(offset + length)))
      offset += length
      end = place + length
    }
    guard offset == text.byteCount else { throw malformed }
    return (digits(0), digits(digestLength), pieces)
  }

  /// The file as it was, from the file as the migration left it.
  ///
  /// - Throws: `damaged` where that does not give the file as it was.
  borrowing func restored(from edited: RawSpan) throws(VaultError) -> SecretBytes {
    let added = pieces.reduce(0) { $0 + $1.range.count }
    let original = try SecretBytes(capacity: edited.byteCount + added) {
      (output) throws(VaultError) in
      var place = 0
      for piece in pieces {
        let kept = piece.offset - output.byteCount
        guard kept >= 0, place + kept <= edited.byteCount else { break }
        try output.append(contentsOf: edited.extracting(place..<(place + kept)))
        try output.append(contentsOf: bytes.bytes.extracting(piece.range))
        place += kept
      }
      try output.append(contentsOf: edited.extracting(place..<edited.byteCount))
    }
    guard try original.hasDigest(before) else {
      throw VaultError(.damaged, "what undoes a migration does not give the file as it was")
    }
    return original
  }
}
