/// Where a secret stands in a remote.yaml, and what a removal must know of the fields around it.
struct RemoteSecret: Sendable {
  let key: YAMLNode
  let value: YAMLNode
  /// The secret itself, without quotes.
  let content: Range<Int>
  /// Whether its mapping is written with brackets.
  let isInFlow: Bool
  /// Whether its field is the first one of the mapping.
  let isFirst: Bool
  /// Where the field after it begins.
  let next: Int?

  var isOnlyField: Bool { isFirst && next == nil }

  /// A secret that is the value of a field of `mapping`.
  init(_ field: YAMLField, content: Range<Int>, in mapping: YAMLNode) {
    let fields = mapping.fields ?? []
    let index = fields.firstIndex { $0.key.start.offset == field.key.start.offset } ?? 0
    key = field.key
    value = field.value
    self.content = content
    isInFlow = mapping.isFlow
    isFirst = index == 0
    next = index + 1 < fields.count ? fields[index + 1].key.start.offset : nil
  }
}

/// Which secret of a remote.yaml is meant.
enum RemoteSecretPlace: Hashable {
  /// The token of the remote of this index.
  case token(Int)
  /// The authorization of the item of `Credentials` of this index.
  case authorization(Int)
}
