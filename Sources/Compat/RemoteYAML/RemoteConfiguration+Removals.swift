internal import SealedFormat
internal import Vault
internal import Yams

/// Where a secret stands in a remote.yaml.
enum RemoteSecretPlace: Hashable {
  /// The token of the remote of this index.
  case token(Int)
  /// The authorization of the item of `Credentials` of this index.
  case authorization(Int)
}

extension RemoteConfiguration {
  /// The bytes to take away for some secrets to be gone, each with its key and its line.
  ///
  /// Comments stay, also one on that line.
  ///
  /// - Parameter places: Which secrets.
  /// - Returns: The ranges, in order.
  /// - Throws: `damaged`, with the line, where a secret stands in a way that is not edited.
  borrowing func removals(of places: [RemoteSecretPlace]) throws(VaultError) -> [Range<Int>] {
    let fields = secretFields()
    var ranges: [Range<Int>] = []
    for place in places {
      guard let content = content(of: place) else { continue }
      guard let field = fields.first(where: { $0.token.content == content }) else {
        throw text.refusing(
          "the secret there is written in a way that is read, but not edited",
          line: text.lines.line(of: content.lowerBound) + 1)
      }
      ranges.append(try removal(of: field))
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Whether a text says the same as this one, but for some secrets that are gone.
  borrowing func isSame(
    as other: borrowing RemoteConfiguration, without places: [RemoteSecretPlace]
  ) -> Bool {
    guard visibleFields == other.visibleFields, remotes.count == other.remotes.count,
      credentials.count == other.credentials.count
    else { return false }
    let all =
      remotes.indices.map { RemoteSecretPlace.token($0) }
      + credentials.indices.map { RemoteSecretPlace.authorization($0) }
    for place in all {
      let old = places.contains(place) ? nil : content(of: place)
      guard text.bytes.bytes.isSame(old, as: other.content(of: place), of: other.text.bytes.bytes)
      else { return false }
    }
    return true
  }

  /// Where a secret stands; nil where there is none.
  borrowing func content(of place: RemoteSecretPlace) -> Range<Int>? {
    switch place {
    case .token(let index): remotes[index].token
    case .authorization(let index): credentials[index].authorization
    }
  }

  // MARK: Fields

  /// A field whose value is a secret, with the mapping that it stands in.
  private struct SecretField {
    let mapping: Node.Mapping
    let index: Int
    let token: ScalarToken
    let isInFlow: Bool
  }

  private borrowing func secretFields() -> [SecretField] {
    guard case .mapping(let root)? = text.root else { return [] }
    var fields: [SecretField] = []
    for (key, value) in root {
      switch (key.scalar?.string, value) {
      case ("Remotes", .mapping(let remotes)):
        for (_, remote) in remotes {
          add("Token", of: remote, isInFlow: text.isFlow(remote), to: &fields)
        }
      case ("Credentials", .sequence(let items)):
        for item in items {
          add("Auth", of: item, isInFlow: text.isFlow(value) || text.isFlow(item), to: &fields)
        }
      default:
        continue
      }
    }
    return fields
  }

  private borrowing func add(
    _ name: String, of node: Node, isInFlow: Bool, to fields: inout [SecretField]
  ) {
    guard case .mapping(let mapping) = node else { return }
    for (index, field) in mapping.enumerated() where field.key.scalar?.string == name {
      guard let token = text.token(of: field.value, isInFlow: isInFlow) else { continue }
      fields.append(
        SecretField(mapping: mapping, index: index, token: token, isInFlow: isInFlow))
    }
  }

  /// Everything but the secrets and the names of their fields.
  private var visibleFields: [Node] {
    guard case .mapping(let root)? = text.root else { return [] }
    return root.flatMap { key, value -> [Node] in
      switch (key.scalar?.string, value) {
      case ("Remotes", .mapping(let remotes)):
        [key] + remotes.flatMap { [$0.key] + $0.value.fields(besides: "Token") }
      case ("Credentials", .sequence(let items)):
        [key] + items.flatMap { $0.fields(besides: "Auth") }
      default:
        [key, value]
      }
    }
  }

  // MARK: Ranges

  private borrowing func removal(of field: SecretField) throws(VaultError) -> Range<Int> {
    let keys = field.mapping.map(\.key)
    guard let start = text.offset(of: keys[field.index]) else {
      throw notRemovable(field)
    }
    let next =
      field.index + 1 < keys.count ? text.offset(of: keys[field.index + 1]) : nil
    if field.isInFlow { return try removalInFlow(of: field, from: start, to: next) }
    let end = field.token.range.upperBound
    // Without any field the mapping would be null, which Apptainer does not survive.
    guard keys.count > 1 else { return valueStart(of: field, after: start)..<end }
    let line = text.lines.lines[text.lines.line(of: start)]
    let comment = skippingSpace(from: end, to: line.content.upperBound)
    guard comment == line.content.upperBound else { return start..<comment }
    guard skippingSpace(from: line.content.lowerBound, to: start) == start else {
      // Behind a dash: what comes next takes its place, if nothing but space is in between.
      guard let next, skippingSpace(from: line.next, to: next) == next else { return start..<end }
      return start..<next
    }
    let index = text.lines.line(of: start)
    guard !line.hasLineEnd, index > 0 else { return line.content.lowerBound..<line.next }
    return text.lines.lines[index - 1].content.upperBound..<line.next
  }

  private borrowing func removalInFlow(
    of field: SecretField, from start: Int, to next: Int?
  ) throws(VaultError) -> Range<Int> {
    let bytes = text.bytes.bytes
    let end = field.token.range.upperBound
    if field.index == 0 {
      guard let next else { return start..<end }
      let comma = skippingSpace(from: end, to: next)
      guard comma < next, bytes[comma] == UInt8(ascii: ","),
        skippingSpace(from: comma + 1, to: next) == next
      else { throw notRemovable(field) }
      return start..<next
    }
    var comma = start - 1
    while comma > 0, " \t\r\n".utf8.contains(bytes[comma]) { comma -= 1 }
    guard bytes[comma] == UInt8(ascii: ",") else { throw notRemovable(field) }
    return comma..<end
  }

  /// Right behind the colon after the key.
  private borrowing func valueStart(of field: SecretField, after key: Int) -> Int {
    let bytes = text.bytes.bytes
    var start = field.token.range.lowerBound
    while start > key, bytes[start - 1] != UInt8(ascii: ":") { start -= 1 }
    return start
  }

  private borrowing func skippingSpace(from start: Int, to end: Int) -> Int {
    let bytes = text.bytes.bytes
    return (start..<end).first { !" \t\r\n".utf8.contains(bytes[$0]) } ?? end
  }

  private borrowing func notRemovable(_ field: SecretField) -> VaultError {
    text.refusing(
      "the secret there is written in a way that is read, but not edited: write it on a line of "
        + "its own",
      line: text.lines.line(of: field.token.range.lowerBound) + 1)
  }
}

extension Node {
  /// The keys and values of a mapping but one; anything else is itself.
  fileprivate func fields(besides name: String) -> [Node] {
    guard case .mapping(let mapping) = self else { return isNull ? [] : [self] }
    return mapping.filter { $0.key.scalar?.string != name }.flatMap { [$0.key, $0.value] }
  }
}
