extension String {
  /// Whether Go's `encoding/json` takes this name of a member for the field `name`, an ASCII name in lower
  /// case: it ignores case, by Unicode's simple folding, in which ſ and K also stand for s and k.
  func isGoField(_ name: String) -> Bool {
    guard utf8.count <= name.utf8.count * 3 else { return false }
    return unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
      switch scalar {
      case "A"..."Z": Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value + 0x20))
      case "\u{17f}": "s"
      case "\u{212a}": "k"
      default: scalar
      }
    }.elementsEqual(name.unicodeScalars)
  }
}
