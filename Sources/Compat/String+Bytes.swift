extension String {
  /// Whether two texts are the same byte by byte.
  ///
  /// `==` also takes different Unicode forms for the same, in quadratic time if there are many combining
  /// marks.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
