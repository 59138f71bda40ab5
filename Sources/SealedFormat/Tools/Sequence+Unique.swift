extension Sequence {
  /// The elements whose key no earlier element has.
  package func unique<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
    var keys: Set<Key> = []
    return filter { keys.insert(key($0)).inserted }
  }
}

extension Sequence<String> {
  /// Each text once, compared as bytes: two Unicode forms of one text are two texts.
  package var unique: [String] { unique { Array($0.utf8) } }
}
