internal import SealedFormat

/// A key and its value.
struct YAMLField: Hashable, Sendable {
  let key: YAMLNode
  let value: YAMLNode
  /// Whether other parts of the file have the value too: it is behind an alias or a merge key.
  var isShared = false

  var name: ByteText? { key.text }

  /// The fields of the mapping that is this field's value, merge keys (`<<`) written out.
  ///
  /// Fields that the mapping itself has win over those that it merges.
  ///
  /// - Parameter name: What the mapping is, for messages.
  /// - Throws: `damaged` if the value is no mapping.
  func fields(_ name: String, path: String) throws(VaultError) -> [YAMLField] {
    guard let fields = value.fields else {
      throw .damaged(
        path, line: key.line, "\(name) must have keys and values, not be \(value.kind)")
    }
    let isShared = isShared || value.isAlias
    var own: [YAMLField] = []
    var merged: [YAMLField] = []
    for var field in fields {
      guard field.isMerge else {
        field.isShared = isShared || field.value.isAlias
        own.append(field)
        continue
      }
      let sources =
        if case .sequence(let items) = field.value.content { items } else { [field.value] }
      for source in sources {
        let source = YAMLField(key: field.key, value: source, isShared: true)
        merged += try source.fields(name, path: path)
      }
    }
    var known = Set(own.map(\.key.content))
    return own + merged.filter { known.insert($0.key.content).inserted }
  }

  private var isMerge: Bool {
    if case .scalar("<<", .plain) = key.content { true } else { false }
  }
}
