package import SealedFormat

/// The user's settings: lines of `key = value`; a line that begins with `#` is a comment.
package struct Settings: Sendable, Equatable {
  /// What can be set.
  package enum Key: String, CaseIterable, Sendable {
    /// The absolute path of the key file that opens the vault.
    case keyFile = "key-file"
    /// How long the vault stays unlocked: a number and `s`, `m`, `h` or `d`.
    case unlockTimeout = "unlock.timeout"
    /// What docker-credential-vault says of a locked vault: `fail`, or `anonymous` to have clients go on
    /// without a login.
    case helperWhenLocked = "helper.when-locked"
    /// Where logins are kept: `sealed`, or `secret-service` for the desktop keyring.
    case store
    /// How long each answer of the desktop keyring may take: a number and `s` or `m`.
    case keyringTimeout = "secret-service.timeout"
  }

  /// No settings at all.
  static let none = Settings()

  private init() { lines = [] }

  private static let longestFile = 64 * 1024

  private var lines: [String]

  /// Reads a settings file; a missing one is empty, and one in a folder that is not for us.
  ///
  /// - Parameter path: An absolute path.
  /// - Throws: `configuration` for a line that is no setting, and what reading throws.
  package init(path: String) throws(VaultError) {
    let file = DurableFile(path: path, owner: .otherProgram, limit: Self.longestFile)
    try self.init(content: try file.readIfPermitted() ?? [], path: path)
  }

  private init(content: [UInt8], path: String) throws(VaultError) {
    lines = String(decoding: content, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() where !Self.isComment(line) {
      guard let (name, _) = Self.parse(line), Key(rawValue: name) != nil else {
        throw VaultError(
          .configuration,
          "\(path), line \(index + 1): \"\(line.escapingControls)\" is not a setting; known are "
            + Key.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
  }

  /// The value of a setting, or nil.
  ///
  /// - Parameter key: Which one.
  package subscript(key: Key) -> String? {
    lines.lazy.compactMap(Self.parse).last { $0.name == key.rawValue }?.value
  }

  /// Sets one value in the file, or takes it away, and leaves all other lines as they are.
  ///
  /// - Parameters:
  ///   - key: What to set.
  ///   - value: A text of one line; nil takes the setting away.
  ///   - path: The settings file, an absolute path; made if it is missing.
  /// - Throws: `invalidInput` for a value of several lines, and what writing throws.
  package static func set(_ key: Key, to value: String?, path: String) throws(VaultError) {
    guard value?.hasControls != true else {
      throw VaultError(.invalidInput, "the value of \(key.rawValue) has a control character")
    }
    let file = DurableFile(path: path, owner: .otherProgram, limit: longestFile)
    let update = try file.beginUpdate()
    var settings = try Settings(content: try update.read() ?? [], path: path)
    settings.lines.removeAll { parse($0)?.name == key.rawValue }
    if let value { settings.lines.append("\(key.rawValue) = \(value)") }
    let text = Array(settings.lines.map { $0 + "\n" }.joined().utf8)
    try update.replace(with: text.bytes)
  }

  private static func isComment(_ line: String) -> Bool {
    line.first { $0 != " " && $0 != "\t" }.map { $0 == "#" } ?? true
  }

  private static func parse(_ line: String) -> (name: String, value: String)? {
    guard !isComment(line), let equals = line.firstIndex(of: "=") else { return nil }
    return (line[..<equals].trimmingBlanks, line[line.index(after: equals)...].trimmingBlanks)
  }
}
