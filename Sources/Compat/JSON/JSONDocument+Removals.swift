internal import SealedFormat
internal import Vault

extension JSONDocument {
  /// The bytes to take away for some members of an object to be gone, each with one comma.
  ///
  /// - Parameters:
  ///   - names: The members; those that are not there are passed over.
  ///   - object: An object of this document.
  /// - Returns: The ranges, in order; of an object that loses all its members, all between its braces.
  func removals(of names: [String], from object: JSONNode) -> [Range<Int>] {
    let members = object.members
    let isGone = members.map { names.contains($0.name) }
    guard isGone.contains(true) else { return [] }
    guard isGone.contains(false) else {
      return [(object.range.lowerBound + 1)..<(object.range.upperBound - 1)]
    }
    var ranges: [Range<Int>] = []
    var place = 0
    while place < members.count {
      guard isGone[place] else {
        place += 1
        continue
      }
      let first = place
      while place < members.count, isGone[place] { place += 1 }
      // Those before the first that stays go with the comma behind them, all others with the one before.
      if first == 0 {
        ranges.append(members[0].start..<members[place].start)
      } else {
        ranges.append(
          members[first - 1].value.range.upperBound..<members[place - 1].value.range.upperBound)
      }
    }
    return ranges
  }
}
