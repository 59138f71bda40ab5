internal import SealedFormat

extension String {
  /// The text as a YAML scalar of one line; only for texts that are not secret.
  func yamlScalar() throws(VaultError) -> String {
    let isLetter = utf8.first.map { (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }
    guard isLetter == true, utf8.allSatisfy(Self.isPlain), utf8.last != UInt8(ascii: ":"),
      !Self.words.contains(lowercased())
    else { return try jsonQuoted() }
    return self
  }

  /// Words that mean something else if they are not quoted.
  private static let words: Set<String> = [
    "true", "false", "yes", "no", "y", "n", "on", "off", "null",
  ]

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-._~/:%+=@$[]".utf8.contains(byte)
    }
  }
}
