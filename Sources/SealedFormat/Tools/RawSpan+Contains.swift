extension RawSpan {
  /// Whether all of `other`, which is not empty, stands somewhere in the span.
  package func contains(_ other: RawSpan) -> Bool {
    guard other.byteCount > 0, other.byteCount <= byteCount else { return false }
    for start in 0...(byteCount - other.byteCount) {
      var length = 0
      while length < other.byteCount, self[start + length] == other[length] { length += 1 }
      if length == other.byteCount { return true }
    }
    return false
  }
}
