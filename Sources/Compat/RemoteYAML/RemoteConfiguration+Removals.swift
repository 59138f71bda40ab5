internal import SealedFormat

extension RemoteConfiguration {
  /// The bytes to take away for some secrets to be gone, each with its key and its line, in order.
  ///
  /// Comments stay, also one on that line.
  ///
  /// - Throws: `damaged`, with the line, if a secret stands in a way that is not edited.
  borrowing func removals(of places: [RemoteSecretPlace]) throws(VaultError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for place in places {
      guard let secret = secret(at: place) else { continue }
      ranges.append(try removal(of: secret))
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// What the file must say once some secrets are gone.
  func expectation(without places: [RemoteSecretPlace]) -> RemoteExpectation {
    let gone = Set(places)
    return RemoteExpectation(
      remotes: remotes.indices.map { gone.contains(.token($0)) ? .stripped($0) : .kept($0) },
      entries: credentials.indices.map {
        gone.contains(.authorization($0)) ? .stripped($0) : .kept($0)
      })
  }

  /// Where a secret stands; nil if there is none.
  func secret(at place: RemoteSecretPlace) -> RemoteSecret? {
    switch place {
    case .token(let index): remotes[index].secret
    case .authorization(let index): credentials[index].secret
    }
  }

  private borrowing func removal(of secret: RemoteSecret) throws(VaultError) -> Range<Int> {
    if secret.isInFlow { return try removalInFlow(of: secret) }
    let start = secret.key.range.lowerBound
    let end = secret.value.range.upperBound
    // Without any field the mapping would be null, which Apptainer does not survive.
    guard !secret.isOnlyField else { return colonEnd(behind: secret.key, before: end)..<end }
    let index = secret.key.line - 1
    let line = text.lines.lines[index]
    let comment = skippingSpace(from: end, to: line.content.upperBound)
    guard comment == line.content.upperBound else { return start..<comment }
    guard skippingSpace(from: line.content.lowerBound, to: start) == start else {
      // Behind a dash, the next field takes its place if there is only space in between.
      guard let next = secret.next, skippingSpace(from: line.next, to: next) == next else {
        return start..<end
      }
      return start..<next
    }
    guard !line.hasLineEnd, index > 0 else { return line.content.lowerBound..<line.next }
    return text.lines.lines[index - 1].content.upperBound..<line.next
  }

  private borrowing func removalInFlow(of secret: RemoteSecret) throws(VaultError) -> Range<Int> {
    let bytes = text.bytes.bytes
    let start = secret.key.range.lowerBound
    let end = secret.value.range.upperBound
    if secret.isFirst {
      guard let next = secret.next else { return start..<end }
      let comma = skippingSpace(from: end, to: next)
      guard comma < next, bytes[comma] == UInt8(ascii: ","),
        skippingSpace(from: comma + 1, to: next) == next
      else { throw notRemovable(secret) }
      return start..<next
    }
    var comma = start - 1
    while comma > 0, " \t\r\n".utf8.contains(bytes[comma]) { comma -= 1 }
    guard bytes[comma] == UInt8(ascii: ",") else { throw notRemovable(secret) }
    return comma..<end
  }

  private borrowing func colonEnd(behind key: YAMLNode, before end: Int) -> Int {
    let bytes = text.bytes.bytes
    var offset = key.range.upperBound
    while offset < end, bytes[offset] != UInt8(ascii: ":") { offset += 1 }
    return min(offset + 1, end)
  }

  private borrowing func skippingSpace(from start: Int, to end: Int) -> Int {
    let bytes = text.bytes.bytes
    return (start..<end).first { !" \t\r\n".utf8.contains(bytes[$0]) } ?? end
  }

  private borrowing func notRemovable(_ secret: RemoteSecret) -> VaultError {
    text.refusing(
      "the secret there is written in a way that is read, but not edited: write it on a line of "
        + "its own", line: secret.value.line)
  }
}
