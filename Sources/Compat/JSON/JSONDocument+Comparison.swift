internal import SealedFormat

extension JSONDocument {
  /// Whether another document says the same, in the same order and spelling, except for the members of
  /// this one that begin at these offsets.
  func isSame(as other: borrowing JSONDocument, withoutMembersAt gone: Set<Int>) -> Bool {
    hasMark == other.hasMark && isSame(root, other.root, of: other, without: gone)
  }

  private func isSame(
    _ one: JSONNode, _ two: JSONNode, of other: borrowing JSONDocument, without gone: Set<Int>
  ) -> Bool {
    guard one.kind == two.kind else { return false }
    guard one.kind == .object else {
      return text.bytes.hasSame(one.range, as: two.range, of: other.text.bytes)
    }
    let kept = one.members.filter { !gone.contains($0.start) }
    guard kept.count == two.members.count else { return false }
    for (old, new) in zip(kept, two.members) {
      guard old.name.hasSameBytes(as: new.name),
        isSame(old.value, new.value, of: other, without: gone)
      else { return false }
    }
    return true
  }
}

extension RawSpan {
  /// Whether a range of these bytes holds the same as one of others.
  fileprivate func hasSame(_ range: Range<Int>, as other: Range<Int>, of bytes: RawSpan) -> Bool {
    range.count == other.count && zip(range, other).allSatisfy { self[$0] == bytes[$1] }
  }
}
