extension String {
  /// An address without its user information, query and fragment, where passwords and tokens are
  /// written, so that it can be shown.
  ///
  /// It is not escaped.
  ///
  /// The address may be malformed, because most addresses are shown only in a refusal. If it is not
  /// clear where a secret would end, only the scheme is left.
  package var hidingAddressSecrets: String {
    let bytes = Array(utf8)
    let start = Self.schemeEnd(of: bytes)
    let scheme = String(decoding: bytes[..<start], as: UTF8.self)
    let rest = bytes[start...]
    let end = rest.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    // The password itself may hold such a character, and a query may hold an "@".
    if let end, rest[end...].contains(UInt8(ascii: "@")) { return scheme + "…" }
    var shown = rest[..<(end ?? rest.endIndex)]
    if let at = shown.lastIndex(of: UInt8(ascii: "@")), !Self.isDigest(shown, at: at) {
      shown = shown[(at + 1)...]
    }
    return scheme + String(decoding: shown, as: UTF8.self)
  }

  /// The text with that done to every address in it that has a scheme.
  ///
  /// An address ends at white space, a quote or an angle bracket. This is for texts of other programs;
  /// an address that is known to be one is hidden as a whole.
  package var hidingSecretsOfAddresses: String {
    let separator = Array("://".utf8)
    let bytes = Array(utf8)
    var shown: [UInt8] = []
    var rest = bytes[...]
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      guard rest[colon...].starts(with: separator) else {
        shown += rest[...colon]
        rest = rest[(colon + 1)...]
        continue
      }
      let start = colon + separator.count
      let end = rest[start...].firstIndex { Self.endsAddress($0) } ?? rest.endIndex
      let address = "x://" + String(decoding: rest[start..<end], as: UTF8.self)
      shown += rest[..<colon]
      shown += address.hidingAddressSecrets.utf8.dropFirst()
      rest = rest[end...]
    }
    return shown.isEmpty ? self : String(decoding: shown + rest, as: UTF8.self)
  }

  private static func endsAddress(_ byte: UInt8) -> Bool {
    byte.isControl || " \"'`<>".utf8.contains(byte)
  }

  /// The offset behind `://`, or 0 without a scheme.
  private static func schemeEnd(of bytes: [UInt8]) -> Int {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[colon...].starts(with: Array("://".utf8)),
      bytes[..<colon].allSatisfy(\.isLetter)
    else { return 0 }
    return colon + 3
  }

  /// Whether the "@" separates an image from its digest: `HOST/app@sha256:…`.
  private static func isDigest(_ bytes: ArraySlice<UInt8>, at place: Int) -> Bool {
    let digest = bytes[(place + 1)...]
    let before = bytes[..<place]
    return before.contains(UInt8(ascii: "/")) && !before.contains(UInt8(ascii: "@"))
      && ["sha256:", "sha512:"].contains { digest.starts(with: Array($0.utf8)) }
  }
}
