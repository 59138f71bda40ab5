internal import SealedFormat
internal import Vault

/// The one place at which two texts differ.
struct Splice {
  /// Where, in bytes.
  let offset: Int
  /// What the first text has there.
  let before: String
  /// What the second text has there.
  let after: String

  /// Finds it.
  ///
  /// - Parameters:
  ///   - old: The first text.
  ///   - new: The second; it differs from the first by nothing that is a secret.
  init(from old: RawSpan, to new: RawSpan) {
    let shorter = min(old.byteCount, new.byteCount)
    let start = (0..<shorter).first { old[$0] != new[$0] } ?? shorter
    var end = 0
    while end < shorter - start,
      old[old.byteCount - 1 - end] == new[new.byteCount - 1 - end]
    {
      end += 1
    }
    func text(_ bytes: RawSpan) -> String {
      String(decoding: (start..<(bytes.byteCount - end)).map { bytes[$0] }, as: UTF8.self)
    }
    offset = start
    before = text(old)
    after = text(new)
  }

  init(_ record: HelperJournal.Record) {
    offset = record.offset
    before = record.before
    after = record.after
  }

  /// The first text, from the second.
  func reversed(in new: RawSpan) throws(VaultError) -> SecretBytes {
    var edit = TextEdit()
    edit.replace(offset..<(offset + after.utf8.count), with: [.text(before)])
    return try edit.apply(to: new, secret: RawSpan())
  }
}
