internal import SealedFormat

/// What a registry or token server says about a failure, made safe to show.
struct RegistryWords {
  /// The longest text that is shown, in characters.
  static let longest = 200

  /// A word for programs: `UNAUTHORIZED`, `invalid_grant`.
  private(set) var code: String?
  /// A sentence for people.
  private(set) var sentence: String?

  /// No words.
  init() {}

  /// Reads the body of an answer, if it is plain text or a JSON object of a known layout.
  ///
  /// A text that repeats the secret is dropped.
  ///
  /// - Parameter encoded: The form in which the secret was sent.
  init(
    _ answer: borrowing HTTPResponse, hiding secret: borrowing SecretBytes,
    _ encoded: borrowing SecretBytes
  ) {
    let body = answer.body.bytes
    if answer.first("content-type")?.lowercased().hasPrefix("text/plain") == true {
      sentence = Self.shown(body, hiding: secret.bytes, encoded.bytes)
      return
    }
    do throws(VaultError) { try read(body, hiding: secret.bytes, encoded.bytes) } catch {
      (code, sentence) = (nil, nil)
    }
  }

  /// Whether the server says that the secret has expired.
  var speaksOfExpiry: Bool {
    [code, sentence].contains { $0?.lowercased().contains("expired") == true }
  }

  /// The text to add to a message, perhaps empty.
  var suffix: String { (sentence ?? code).map { ": \($0)" } ?? "" }

  private mutating func read(
    _ body: RawSpan, hiding secret: RawSpan, _ encoded: RawSpan
  ) throws(VaultError) {
    var reader = JSONReader(body, name: "the answer")
    try reader.beginObject()
    while let member = try reader.nextMember() {
      switch (member, try reader.nextKind()) {
      case ("errors", .array):  // the form of the registry API; the first error tells the most
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
    let text = try reader.readSecret()  // it may repeat the secret
    return Self.shown(text.bytes, hiding: secret, encoded)
  }

  /// A text as it is shown; nil if it is empty or the secret is in it.
  private static func shown(
    _ text: RawSpan, hiding secret: RawSpan, _ encoded: RawSpan
  ) -> String? {
    guard !text.contains(secret), !text.contains(encoded) else { return nil }
    let words = unsafe text.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    let shown = words.trimmingSpace.escapingControls
    guard !shown.isEmpty else { return nil }
    return shown.count > longest ? "\(shown.prefix(longest - 1))…" : shown
  }
}
