package import SealedFormat

/// The settings file: lines of `key = value`; a line that begins with `#` is a comment.
///
/// Lines are compared and kept as bytes. A carriage return at the end of a line is ignored.
package struct SettingsFile: Sendable {
  /// One setting as the file has it.
  package struct Entry: Sendable {
    package let key: Settings.Key
    package let value: String
    /// Counted from 1.
    package let line: Int
  }

  private static let longestFile = 64 * 1024

  /// The absolute path of the file.
  package let path: String
  private var lines: [ArraySlice<UInt8>]

  /// Reads the file.
  ///
  /// A missing file is empty, and so is one in a folder that this user cannot enter.
  ///
  /// - Throws: `configuration` for a line that is not a setting.
  package init(path: String) throws(VaultError) {
    try self.init(content: try Self.file(path).readIfPermitted() ?? [], path: path)
  }

  private init(content: [UInt8], path: String) throws(VaultError) {
    self.path = path
    lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() where !line.isComment {
      guard Self.key(of: line) != nil else {
        let known = Settings.Key.allCases.map(\.rawValue).joined(separator: ", ")
        throw VaultError(
          .configuration,
          "\(path), line \(index + 1): \"\(line.text.escapingControls)\" is not a setting; known are "
            + known)
      }
    }
  }

  /// The settings in their order.
  ///
  /// If a key occurs twice, the later one is in force.
  package var entries: [Entry] {
    lines.enumerated().compactMap { index, line in
      guard let key = Self.key(of: line), let (_, value) = line.setting else { return nil }
      return Entry(key: key, value: value.text, line: index + 1)
    }
  }

  /// The value in force, as written; nil if the file does not set the key.
  package subscript(key: Settings.Key) -> String? { entries.last { $0.key == key }?.value }

  /// Sets one value in the file, or removes it if `value` is nil, and leaves all other lines as they are.
  ///
  /// A missing file is made.
  ///
  /// - Throws: `invalidInput` for a value with a control character.
  package static func set(
    _ key: Settings.Key, to value: String?, path: String
  ) throws(VaultError) {
    guard value?.hasControls != true else {
      throw VaultError(.invalidInput, "the value of \(key.rawValue) has a control character")
    }
    let update = try file(path).beginUpdate()
    var settings = try SettingsFile(content: try update.read() ?? [], path: path)
    settings.lines.removeAll { self.key(of: $0) == key }
    if let value { settings.lines.append(Array("\(key.rawValue) = \(value)".utf8)[...]) }
    let text = settings.lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    try update.replace(with: text.bytes)
  }

  private static func file(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .settings, limit: longestFile)
  }

  private static func key(of line: ArraySlice<UInt8>) -> Settings.Key? {
    line.setting.flatMap { Settings.Key(rawValue: $0.name.text) }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  fileprivate var isComment: Bool { trimmed.first.map { $0 == UInt8(ascii: "#") } ?? true }

  fileprivate var setting: (name: Self, value: Self)? {
    guard !isComment, let equals = firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return (self[..<equals].trimmed, self[(equals + 1)...].trimmed)
  }

  /// Without spaces and tabs at either end, and without a carriage return at the end.
  private var trimmed: Self {
    let spaces = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    var bytes = self
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    bytes = bytes.drop { spaces.contains($0) }
    while let last = bytes.last, spaces.contains(last) { bytes.removeLast() }
    return bytes
  }
}
