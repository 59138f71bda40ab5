internal import SealedFormat

/// A YAML file with its bytes, lines and structure, checked against what could hurt a reader.
struct YAMLText: ~Copyable {
  /// The file, secrets and all.
  let bytes: SecretBytes
  let lines: TextLines
  /// The structure with all secrets masked; nil if there is nothing but comments.
  let root: YAMLNode?
  /// The file's path, for messages.
  let path: String

  /// Reads a file.
  ///
  /// What is left behind in unwiped memory: names, addresses, comments. Secrets are masked by then,
  /// unless the file writes one in a way that is refused right after (a block scalar, an escaped
  /// key).
  ///
  /// - Throws: `damaged`, with the line, for what is not YAML or too much of it.
  init(_ bytes: consuming SecretBytes, path: String) throws(VaultError) {
    let lines = TextLines(bytes.bytes)
    var mask = SecretMask(bytes.bytes, lines)
    var tree: YAMLTree
    repeat {
      let masked = mask.masking(bytes.bytes, from: lines.markCount)
      tree = try YAMLComposer.compose(try YAMLParser(masked, lines, path: path), path: path)
      // Only the structure tells a secret from a name or an address that looks like one.
    } while mask.uncover(tree.publicRanges)
    if let duplicate = tree.duplicate { throw duplicate }
    self.root = tree.root
    self.bytes = bytes
    self.lines = lines
    self.path = path
  }

  /// An error that names the file and a line of it.
  func refusing(_ reason: String, line: Int) -> VaultError { .damaged(path, line: line, reason) }
}

extension VaultError {
  /// An error that names a file and a line of it.
  static func damaged(_ path: String, line: Int, _ reason: String) -> VaultError {
    VaultError(.damaged, "\(path) line \(line): \(reason)")
  }
}
