package import SealedFormat

/// The settings of a user, checked.
package struct Settings: Sendable {
  /// A store that the settings can name.
  package enum Store: String, Sendable {
    case sealed
    case secretService = "secret-service"
  }

  /// How `docker-credential-vault` answers for a locked vault.
  package enum LockedAnswer: String, Sendable {
    /// With an error.
    case fail
    /// As if there were no login, so that clients continue without one.
    case anonymous
  }

  /// The absolute path of a key file; it may have been recorded for another vault.
  package private(set) var keyFile: String?
  /// The words of programs that open vaults, by the vaults' identifiers in hexadecimal.
  package private(set) var keyCommands: [String: [String]] = [:]
  /// How long a vault stays unlocked.
  package private(set) var unlockTimeout: Duration = .seconds(8 * 3600)
  package private(set) var helperWhenLocked = LockedAnswer.fail
  /// Where logins are kept; nil if the settings do not say.
  package private(set) var store: Store?
  /// How long each answer of the desktop keyring may take.
  package private(set) var keyringTimeout: Duration = .seconds(3)

  /// The settings of a user without a settings file.
  private init() {}

  /// Reads the settings of a user.
  ///
  /// Without a home folder, as for a service, there are none.
  ///
  /// - Throws: `configuration` for a line that is not a setting and for a value that its key does not
  ///   take, with file, line, key and the values that it takes.
  package init(_ environment: Environment) throws(VaultError) {
    self.init()
    guard let path = try? environment.settingsFile else { return }
    let file = try SettingsFile(path: path)
    for entry in file.entries {
      do throws(VaultError) { try set(entry.key, to: entry.value, environment) } catch {
        throw VaultError(
          .configuration, "\(path), line \(entry.line): \(error.message)", cause: error,
          remedy: .changeSetting(entry.key.rawValue))
      }
    }
  }

  /// A value as `config set` records it: a relative path is made absolute, everything else stays.
  ///
  /// - Throws: `invalidInput` for a value that the key does not take.
  package static func checked(
    _ value: String, for key: Key, _ environment: Environment
  ) throws(VaultError) -> String {
    let isRelative = key == .keyFile && !value.isEmpty && !value.hasPrefix("~")
    let recorded = isRelative ? environment.absolute(value) : value
    var settings = Settings()
    try settings.set(key, to: recorded, environment)
    return recorded
  }

  private mutating func set(
    _ key: Key, to value: String, _ environment: Environment
  ) throws(VaultError) {
    switch key {
    case .keyFile: keyFile = try Self.path(value, environment)
    case .unlockTimeout: unlockTimeout = try key.duration(value)
    case .helperWhenLocked: helperWhenLocked = try key.word(value)
    case .store: store = try key.word(value)
    case .keyringTimeout: keyringTimeout = try key.duration(value)
    }
  }

  private static func path(
    _ value: String, _ environment: Environment
  ) throws(VaultError) -> String {
    if value.hasPrefix("~/") { return try environment.home + value.dropFirst() }
    guard value.hasPrefix("/") else { throw Key.keyFile.refusal(value) }
    return value
  }
}

extension Settings.Key {
  fileprivate func word<Word: RawRepresentable<String>>(_ text: String) throws(VaultError) -> Word {
    guard let word = Word(rawValue: text) else { throw refusal(text) }
    return word
  }
}
