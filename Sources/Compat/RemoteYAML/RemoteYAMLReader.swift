internal import SealedFormat
internal import Vault
internal import Yams

/// Turns the structure of a remote.yaml into the model, and collects what is odd.
struct RemoteYAMLReader {
  var active = ""
  var remotes: [RemoteConfiguration.Remote] = []
  var credentials: [RemoteConfiguration.Entry] = []
  var warnings: [String] = []
  var layout = CredentialsLayout()

  mutating func read(_ text: borrowing YAMLText) throws(VaultError) {
    noteBytes(of: text)
    guard let root = text.root, !root.isNull else { return }
    guard case .mapping(let mapping) = root else {
      throw text.refusing(
        "\"Active:\", \"Remotes:\" or \"Credentials:\" is expected there, not \(root.kind)",
        line: text.line(of: root))
    }
    for (key, value) in mapping {
      let line = text.line(of: key)
      switch key.scalar?.string {
      case "Active":
        active = try string(value, "Active", line: line, text)
      case "Remotes":
        try readRemotes(YAMLField(key: key, value: value), text)
      case "Credentials":
        try readCredentials(key: key, value: value, text)
      case "<<":
        throw text.refusing("a merge key (\"<<\") is not read at the top of the file", line: line)
      case let name:
        noteUnknown(name, line: line)
      }
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

  mutating func noteUnknown(_ name: String?, line: Int) {
    let shown = name.map { "\"\($0.escapingControls)\"" } ?? "that is no text"
    warnings.append(
      "line \(line): the unknown key \(shown) is kept; Apptainer refuses a file with it")
  }

  /// One registry has one credential here; a second one would be found never.
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
    _ node: Node, _ name: String, line: Int, _ text: borrowing YAMLText
  ) throws(VaultError) -> String {
    guard case .scalar(let scalar) = node else {
      throw text.refusing("\(name) must be a text, not \(node.kind)", line: line)
    }
    guard !node.isNull else {
      noteNull(name, line: line)
      return ""
    }
    return scalar.string
  }

  /// True or false, in the words of YAML 1.1.
  mutating func flag(
    _ node: Node, _ name: String, line: Int, _ text: borrowing YAMLText
  ) throws(VaultError) -> Bool {
    guard !node.isNull else {
      noteNull(name, line: line)
      return false
    }
    guard case .scalar(let scalar) = node, scalar.style == .plain else {
      throw text.refusing("\(name) must be true or false, not \(node.kind)", line: line)
    }
    switch scalar.string {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON": return true
    case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF": return false
    default: throw text.refusing("\(name) must be true or false", line: line)
    }
  }

  /// Where a secret stands; nil where there is none.
  mutating func secret(
    _ field: YAMLField, _ name: String, isInFlow: Bool, _ text: borrowing YAMLText
  ) throws(VaultError) -> ScalarToken? {
    let line = text.line(of: field.key)
    func refuse(_ reason: String) -> VaultError {
      text.refusing(
        "the \(name) there \(reason), which is not read: write \"\(name): value\" on one line",
        line: line)
    }
    guard case .scalar(let scalar) = field.value else {
      throw text.refusing("\(name) must be a text, not \(field.value.kind)", line: line)
    }
    guard !field.isShared else { throw refuse("is an alias or comes by a merge key") }
    guard !text.hasProperties(field.key), !text.hasProperties(field.value) else {
      throw refuse("has an anchor or a tag, or is an alias")
    }
    guard let token = text.token(of: field.value, isInFlow: isInFlow),
      text.line(of: field.value) == line
    else { throw refuse("is on several lines") }
    let bytes = text.bytes.bytes.extracting(token.content)
    guard !token.hasEscapes else { throw refuse("is written with escapes") }
    guard SecretMask.matches(scalar.string, bytes) else { throw refuse("is on several lines") }
    // null and ~ are masked as a secret is, so what counts is what the file says.
    guard !token.isPlain || !bytes.isNullWord else {
      noteNull(name, line: line)
      return nil
    }
    return token
  }

  mutating func noteNull(_ name: String, line: Int) {
    warnings.append("line \(line): \(name) has no value (null), which is kept")
  }
}

extension RawSpan {
  /// Whether the bytes are a plain scalar that means null.
  fileprivate var isNullWord: Bool {
    ["", "~", "null", "Null", "NULL"].contains { word in
      byteCount == word.utf8.count
        && word.utf8.enumerated().allSatisfy { self[$0.offset] == $0.element }
    }
  }
}
