internal import SealedFormat
internal import Vault

/// A file with logins in the clear, as it was when it was read.
final class MigrationSource {
  private enum Content: ~Copyable {
    case remote(RemoteConfiguration)
    case docker(DockerConfiguration)
  }

  let place: MigrationPlace
  /// The file itself, where the place is a link to it.
  let path: String
  /// What the system says of it.
  let facts: FileFacts?
  /// The logins that can be taken over.
  let logins: [FoundLogin]
  /// Why others stay where they are.
  let faults: [VaultError]
  /// What is odd in it but does no harm.
  let warnings: [String]
  private let content: Content

  /// Reads a file; nil where there is none, or nothing in it.
  ///
  /// - Throws: `damaged` with the line, for what is malformed or cannot be edited without loss;
  ///   `configuration` for an unsafe file.
  static func read(_ place: MigrationPlace) throws(VaultError) -> MigrationSource? {
    // A link that leads nowhere holds nothing of ours.
    guard place.isThere else { return nil }
    let file = place.file
    guard let text = try file.readSecret(), !text.isEmpty else { return nil }
    let source = try MigrationSource(place, path: file.path, text: text)
    // What could not be taken away is better known before anything is planned.
    _ = try source.edited(removing: source.removals(of: source.logins), source.logins)
    return source
  }

  private init(
    _ place: MigrationPlace, path: String, text: consuming SecretBytes
  ) throws(VaultError) {
    var found = FoundLogins()
    let content: Content
    switch place.form {
    case .remoteYAML:
      let configuration = try RemoteConfiguration(text, path: place.path)
      try found.read(configuration)
      content = .remote(configuration)
    case .docker:
      let configuration = try DockerConfiguration(try JSONDocument(text, path: place.path))
      try found.read(configuration)
      content = .docker(configuration)
    }
    self.place = place
    self.path = path
    facts = FileFacts(path: path)
    logins = found.logins
    faults = found.faults
    warnings = found.warnings.map { "\(place.path), \($0)" }
    self.content = content
  }

  /// Lends the whole text.
  func withText<Result: ~Copyable>(
    _ body: (RawSpan) throws(VaultError) -> Result
  ) throws(VaultError) -> Result {
    switch content {
    case .remote(let configuration): try body(configuration.text.bytes.bytes)
    case .docker(let configuration): try body(configuration.document.text.bytes)
    }
  }

  /// The password or token of a login.
  func secret(of login: FoundLogin) throws(VaultError) -> SecretBytes {
    if let secret = try findSecret(of: login) { return secret }
    throw VaultError(
      .internalFault, "the secret of \(login.shown.escapingControls) is not in \(place.path)")
  }

  private func findSecret(of login: FoundLogin) throws(VaultError) -> SecretBytes? {
    switch content {
    case .docker(let configuration):
      guard let index = login.entryIndex,
        let found = try configuration.login(of: configuration.entries[index])
      else { return nil }
      return found.takeSecret()
    case .remote(let configuration):
      switch login.remotePlace {
      case .token(let index): return try configuration.token(of: configuration.remotes[index])
      case .authorization(let index):
        guard
          let value = try configuration.authorization(of: configuration.credentials[index]),
          let authorization = try Authorization.parse(value.bytes)
        else { return nil }
        return authorization.takeSecret()
      case nil: return nil
      }
    }
  }

  // MARK: Editing

  /// The bytes to take away for some logins' secrets to be gone.
  func removals(of logins: [FoundLogin]) throws(VaultError) -> [Range<Int>] {
    let ranges: [Range<Int>]
    switch content {
    case .remote(let configuration):
      ranges = try configuration.removals(of: logins.compactMap(\.remotePlace))
    case .docker(let configuration):
      ranges = logins.compactMap(\.entryIndex).flatMap { index in
        let entry = configuration.entries[index]
        return configuration.document.removals(of: entry.secrets, from: entry.value)
      }
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      if let last = merged.last, range.lowerBound < last.upperBound {
        merged[merged.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
  }

  /// The text without some bytes, read again and compared with what was meant.
  ///
  /// - Throws: `damaged` where it then does not say the same but for the secrets.
  func edited(
    removing ranges: [Range<Int>], _ logins: [FoundLogin]
  ) throws(VaultError) -> SecretBytes {
    var edit = TextEdit()
    for range in ranges { edit.replace(range, with: []) }
    let text = try withText { (text) throws(VaultError) in
      try edit.apply(to: text, secret: RawSpan())
    }
    guard try says(text, without: logins) else {
      throw VaultError(
        .damaged,
        "\(place.path) is laid out in a way that cannot be edited without loss, so it stays as it is"
      )
    }
    return text
  }

  private func says(
    _ text: borrowing SecretBytes, without logins: [FoundLogin]
  ) throws(VaultError) -> Bool {
    let copy = try SecretBytes(copying: text.bytes)
    do throws(VaultError) {
      switch content {
      case .remote(let configuration):
        return try configuration.says(
          configuration.expectation(without: logins.compactMap(\.remotePlace)), in: copy)
      case .docker(let configuration):
        let other = try JSONDocument(copy, path: place.path)
        let gone = logins.compactMap(\.entryIndex).map { configuration.entries[$0] }
        return configuration.document.isSame(
          as: other,
          without: gone.flatMap { entry in entry.secrets.map { ["auths", entry.key, $0] } })
      }
    } catch {
      guard error.code == .damaged else { throw error }
      return false
    }
  }

  /// Where the values of some logins' secrets stand, without quotes.
  func values(of logins: [FoundLogin]) -> [Range<Int>] {
    switch content {
    case .remote(let configuration):
      logins.compactMap(\.remotePlace).compactMap { configuration.secret(at: $0)?.content }
    case .docker(let configuration):
      logins.compactMap(\.entryIndex).flatMap { index -> [Range<Int>] in
        let entry = configuration.entries[index]
        return entry.secrets.compactMap { entry.value[$0]?.range }
          .map { ($0.lowerBound + 1)..<($0.upperBound - 1) }
      }
    }
  }
}

extension FoundLogin {
  fileprivate var remotePlace: RemoteSecretPlace? {
    if case .remote(let place) = place { place } else { nil }
  }

  fileprivate var entryIndex: Int? {
    if case .entry(let index) = place { index } else { nil }
  }
}

extension MigrationPlace {
  var file: DurableFile { Self.file(path) }
}
