internal import SealedFormat
internal import Vault

extension PlaintextFile {
  /// The bytes to take away for some logins' secrets to be gone.
  func removals(of logins: [FoundLogin]) throws(VaultError) -> [Range<Int>] {
    let ranges: [Range<Int>]
    switch content {
    case .remote(let configuration):
      ranges = try configuration.removals(of: logins.compactMap(\.remotePlace))
    case .docker(let configuration):
      ranges = logins.compactMap(\.entryIndex).flatMap { index in
        let entry = configuration.entries[index]
        let secrets = Set(entry.secrets.map(\.start))
        return configuration.document.removals(from: entry.value) { secrets.contains($0.start) }
      }
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      if let last = merged.last, range.lowerBound < last.upperBound {
        merged[merged.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
  }

  /// The text without some bytes, read again and compared with what was meant.
  ///
  /// - Throws: `damaged` where it then does not say the same but for the secrets.
  func edited(
    removing ranges: [Range<Int>], _ logins: [FoundLogin]
  ) throws(VaultError) -> SecretBytes {
    var edit = TextEdit()
    for range in ranges { edit.replace(range, with: []) }
    let text = try withText { (text) throws(VaultError) in
      try edit.apply(to: text, secret: RawSpan())
    }
    guard try says(text, without: logins) else {
      throw VaultError(
        .damaged,
        "\(place.path) is laid out in a way that cannot be edited without loss, so it stays as it is"
      )
    }
    return text
  }

  /// Whether a text says the same as this file without the secrets that stand in some ranges, which are in
  /// order.
  func says(
    _ text: borrowing SecretBytes, withoutSecretsIn ranges: [Range<Int>]
  ) throws(VaultError) -> Bool {
    let taken = logins.filter { login in
      let values = values(of: [login])
      return !values.isEmpty && values.allSatisfy(ranges.cover)
    }
    return try says(text, without: taken)
  }

  private func says(
    _ text: borrowing SecretBytes, without logins: [FoundLogin]
  ) throws(VaultError) -> Bool {
    let copy = try SecretBytes(copying: text.bytes)
    do throws(VaultError) {
      switch content {
      case .remote(let configuration):
        return try configuration.says(
          configuration.expectation(without: logins.compactMap(\.remotePlace)), in: copy)
      case .docker(let configuration):
        let other = try JSONDocument(copy, path: place.path)
        let gone = logins.compactMap(\.entryIndex).map { configuration.entries[$0] }
        return configuration.document.isSame(
          as: other, withoutMembersAt: Set(gone.flatMap { $0.secrets.map(\.start) }))
      }
    } catch {
      guard error.code == .damaged else { throw error }
      return false
    }
  }

  /// Where the values of some logins' secrets stand, without quotes.
  func values(of logins: [FoundLogin]) -> [Range<Int>] {
    switch content {
    case .remote(let configuration):
      logins.compactMap(\.remotePlace).compactMap { configuration.secret(at: $0)?.content }
    case .docker(let configuration):
      logins.compactMap(\.entryIndex).flatMap { index -> [Range<Int>] in
        configuration.entries[index].secrets.map {
          ($0.value.range.lowerBound + 1)..<($0.value.range.upperBound - 1)
        }
      }
    }
  }
}

extension [Range<Int>] {
  /// Whether one of these, which are in order, has all of another in it.
  fileprivate func cover(_ other: Range<Int>) -> Bool {
    var first = 0
    var end = count
    while first < end {
      let middle = (first + end) / 2
      if self[middle].upperBound < other.upperBound { first = middle + 1 } else { end = middle }
    }
    return first < count && self[first].lowerBound <= other.lowerBound
  }
}
