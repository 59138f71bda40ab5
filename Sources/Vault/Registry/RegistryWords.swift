/// What a registry or token server says itself about a failure, made fit to be shown.
struct RegistryWords {
  /// The longest text that is shown, in characters.
  static let longest = 200

  /// A word for programs: `UNAUTHORIZED`, `invalid_grant`.
  private(set) var code: String?
  /// A sentence for people.
  private(set) var sentence: String?

  /// Reads the body of an answer.
  ///
  /// One that is no JSON object, or in no known layout, has no words, and neither has a text in which
  /// a server echoes the secret.
  ///
  /// - Parameters:
  ///   - body: The body.
  ///   - secret: The secret.
  ///   - encoded: The form in which it was sent.
  init(
    _ body: RawSpan, hiding secret: borrowing SecretBytes, _ encoded: borrowing SecretBytes
  ) {
    do throws(VaultError) { try read(body, hiding: secret.bytes, encoded.bytes) } catch {
      (code, sentence) = (nil, nil)
    }
  }

  /// The text to add to a message; empty where there is nothing to say.
  var suffix: String { (sentence ?? code).map { ": \($0)" } ?? "" }

  private mutating func read(
    _ body: RawSpan, hiding secret: RawSpan, _ encoded: RawSpan
  ) throws(VaultError) {
    var reader = JSONReader(body, name: "the answer")
    try reader.beginObject()
    while let member = try reader.nextMember() {
      switch (member, try reader.nextKind()) {
      case ("errors", .array):  // the registry's own form; the first error tells the most
        try reader.beginArray()
        while try reader.nextElement() {
          guard try reader.nextKind() == .object else { continue }
          try reader.beginObject()
          while let member = try reader.nextMember() {
            guard try reader.nextKind() == .string else { continue }
            let text = try readText(&reader, hiding: secret, encoded)
            if member == "code" { code = code ?? text }
            if member == "message" { sentence = sentence ?? text }
          }
        }
      case ("error", .string):  // OAuth 2
        let text = try readText(&reader, hiding: secret, encoded)
        code = code ?? text
      case ("error_description", .string), ("details", .string), ("message", .string):
        let text = try readText(&reader, hiding: secret, encoded)
        sentence = sentence ?? text
      default:
        break
      }
    }
    try reader.finish()
  }

  private func readText(
    _ reader: inout JSONReader, hiding secret: RawSpan, _ encoded: RawSpan
  ) throws(VaultError) -> String? {
    let text = try reader.readSecret()  // until it is known that none is in it
    guard !text.isEmpty, !text.bytes.contains(secret), !text.bytes.contains(encoded) else {
      return nil
    }
    let words = unsafe text.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    let shown = words.escapingControls
    return shown.count > Self.longest ? "\(shown.prefix(Self.longest - 1))…" : shown
  }
}

extension RawSpan {
  /// Whether all of `other`, which is not empty, stands somewhere in the span.
  fileprivate func contains(_ other: RawSpan) -> Bool {
    guard other.byteCount > 0, other.byteCount <= byteCount else { return false }
    for start in 0...(byteCount - other.byteCount) {
      var length = 0
      while length < other.byteCount, self[start + length] == other[length] { length += 1 }
      if length == other.byteCount { return true }
    }
    return false
  }
}
