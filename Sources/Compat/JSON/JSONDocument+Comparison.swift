internal import SealedFormat
internal import Vault

extension JSONDocument {
  /// Whether another document says the same, but for some members that it does not have.
  ///
  /// - Parameters:
  ///   - other: The other document.
  ///   - paths: The names that lead to each such member.
  /// - Returns: Whether they say the same, in the same order and spelling.
  func isSame(as other: borrowing JSONDocument, without paths: [[String]]) -> Bool {
    let gone = Set(paths.map { $0.joined(separator: Self.separator) })
    return hasMark == other.hasMark
      && isSame(root, other.root, of: other, path: "", without: gone)
  }

  /// Stands in no JSON text as it is, so no two paths run together.
  private static let separator = "\u{0}"

  private func isSame(
    _ one: JSONNode, _ two: JSONNode, of other: borrowing JSONDocument, path: String,
    without gone: Set<String>
  ) -> Bool {
    guard one.kind == two.kind else { return false }
    guard one.kind == .object else {
      return text.bytes.isSame(one.range, as: two.range, of: other.text.bytes)
    }
    func inside(_ name: String) -> String {
      path.isEmpty ? name : path + Self.separator + name
    }
    let kept = one.members.filter { !gone.contains(inside($0.name)) }
    guard kept.count == two.members.count else { return false }
    for (old, new) in zip(kept, two.members) {
      guard old.name == new.name,
        isSame(old.value, new.value, of: other, path: inside(old.name), without: gone)
      else { return false }
    }
    return true
  }
}
