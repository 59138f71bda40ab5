internal import SealedFormat

/// Turns the structure of a remote.yaml into the model, and collects what is odd.
struct RemoteYAMLReader {
  var active = ""
  var remotes: [RemoteConfiguration.Remote] = []
  var credentials: [RemoteConfiguration.Entry] = []
  var warnings: [String] = []
  /// Whether it has a field of Apptainer's, or none at all.
  private(set) var hasKnownForm = true

  mutating func read(_ text: borrowing YAMLText) throws(VaultError) {
    noteBytes(of: text)
    guard let root = text.root, !root.isNull else { return }
    guard let fields = root.fields else {
      throw text.refusing(
        "\"Active:\", \"Remotes:\" or \"Credentials:\" is expected there, not \(root.kind)",
        line: root.line)
    }
    hasKnownForm = fields.isEmpty
    for var field in fields {
      field.isShared = field.value.isAlias
      switch field.name {
      case "Active": active = try string(field, "Active", text)
      case "Remotes": try readRemotes(field, text)
      case "Credentials": try readCredentials(field, text)
      case "<<":
        throw text.refusing(
          "a merge key (\"<<\") is not read at the top of the file", line: field.key.line)
      default:
        noteUnknown(field)
        continue
      }
      hasKnownForm = true
    }
    noteDoubleLogins()
  }

  private mutating func noteBytes(of text: borrowing YAMLText) {
    if text.lines.markCount > 0 { warnings.append("line 1: a byte order mark is kept") }
    let bytes = text.bytes.bytes
    if let number = text.lines.lines.firstIndex(where: {
      $0.hasLineEnd && bytes[$0.content.upperBound] == UInt8(ascii: "\r")
    }) {
      warnings.append("line \(number + 1): line ends of another system (CR) are kept")
    }
    if let number = text.lines.lines.firstIndex(where: { hasComment(bytes, in: $0.content) }) {
      warnings.append(
        "line \(number + 1): comments are kept; Apptainer drops them when it writes the file")
    }
  }

  /// Whether a line has a comment.
  ///
  /// With quotes before it, "#" may be a part of a text.
  private func hasComment(_ bytes: RawSpan, in line: Range<Int>) -> Bool {
    var isAfterSpace = true
    var isAtStart = true
    var hasComment = false
    for offset in line {
      switch bytes[offset] {
      case UInt8(ascii: "#") where isAtStart: return true
      case UInt8(ascii: "#") where isAfterSpace: hasComment = true
      case UInt8(ascii: "\""), UInt8(ascii: "'"): return false
      case UInt8(ascii: " "), UInt8(ascii: "\t"): isAfterSpace = true
      default:
        isAfterSpace = false
        isAtStart = false
      }
    }
    return hasComment
  }

  mutating func noteUnknown(_ field: YAMLField) {
    let shown = field.name.map { "\"\($0.string.escapingControls)\"" } ?? "that is not a text"
    warnings.append(
      "line \(field.key.line): the unknown key \(shown) is kept; Apptainer refuses a file with it")
  }

  /// Warns of second logins for a registry, because only the first one is used.
  private mutating func noteDoubleLogins() {
    var first: [RegistryScope: RemoteConfiguration.Entry] = [:]
    for entry in credentials {
      guard let registry = entry.registry, entry.username != nil else { continue }
      if let other = first[registry.scope] {
        warnings.append(
          "line \(entry.line): a login for \(registry.scope.text) is there from line "
            + "\(other.line); the first one is used")
      } else {
        first[registry.scope] = entry
      }
    }
  }
}

// The kinds of value that occur.
extension RemoteYAMLReader {
  /// A text; a number or a word counts as its text.
  mutating func string(
    _ field: YAMLField, _ name: String, _ text: borrowing YAMLText
  ) throws(VaultError) -> String {
    guard let value = field.value.text else {
      throw text.refusing("\(name) must be a text, not \(field.value.kind)", line: field.key.line)
    }
    guard !field.value.isNull else {
      noteNull(name, line: field.key.line)
      return ""
    }
    return value.string
  }

  /// True or false, in the words of YAML 1.1.
  mutating func flag(
    _ field: YAMLField, _ name: String, _ text: borrowing YAMLText
  ) throws(VaultError) -> Bool {
    guard !field.value.isNull else {
      noteNull(name, line: field.key.line)
      return false
    }
    guard case .scalar(let word, .plain) = field.value.content else {
      throw text.refusing(
        "\(name) must be true or false, not \(field.value.kind)", line: field.key.line)
    }
    switch word {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF": return false
    default: throw text.refusing("\(name) must be true or false", line: field.key.line)
    }
  }

  /// Where a secret stands; nil if there is none.
  mutating func secret(
    _ field: YAMLField, _ name: String, in mapping: YAMLNode, _ text: borrowing YAMLText
  ) throws(VaultError) -> RemoteSecret? {
    let value = field.value
    func refuse(_ reason: String) -> VaultError {
      text.refusing(
        "the \(name) there \(reason), which is not read: write \"\(name): value\" on one line",
        line: field.key.line)
    }
    guard case .scalar(let masked, let style) = value.content else {
      throw text.refusing("\(name) must be a text, not \(value.kind)", line: field.key.line)
    }
    guard !field.isShared else { throw refuse("is an alias or comes by a merge key") }
    guard !field.key.hasProperties, !value.hasProperties else {
      throw refuse("has an anchor or a tag, or is an alias")
    }
    guard style != .block, value.isOnOneLine, value.line == field.key.line else {
      throw refuse("is on several lines")
    }
    let quote = style == .quoted ? 1 : 0
    let content = (value.range.lowerBound + quote)..<(value.range.upperBound - quote)
    // With escapes in the key, the mask did not cover the secret.
    guard SecretMask.matches(masked, text.bytes.bytes(content)) else {
      throw refuse("is written with escapes")
    }
    // null and ~ are masked as a secret is, so what counts is what the file says.
    if style == .plain, text.bytes.bytes(content).isNullWord {
      noteNull(name, line: field.key.line)
      return nil
    }
    return content.isEmpty ? nil : RemoteSecret(field, content: content, in: mapping)
  }

  mutating func noteNull(_ name: String, line: Int) {
    warnings.append("line \(line): \(name) has no value (null), which is kept")
  }
}

extension RawSpan {
  /// Whether the bytes are a plain scalar that means null.
  fileprivate var isNullWord: Bool {
    ByteText.nullWords.contains { word in
      byteCount == word.bytes.count && word.bytes.indices.allSatisfy { self[$0] == word.bytes[$0] }
    }
  }
}
