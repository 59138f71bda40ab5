internal import SealedFormat

extension JSONDocument {
  /// The bytes to take away so that some members of an object of this document are gone, each with one
  /// comma; of an object that loses all its members, everything between its braces.
  func removals(
    from object: JSONNode, where isGone: (JSONNode.Member) -> Bool
  ) -> [Range<Int>] {
    let members = object.members
    let isGone = members.map(isGone)
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
      // Before the first member that stays, the comma after them goes; elsewhere the one before.
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
