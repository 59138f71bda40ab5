internal import SealedFormat
internal import Vault

/// A file with logins in plaintext, as it was when it was read.
package final class PlaintextFile {
  enum Content: ~Copyable {
    case remote(RemoteConfiguration)
    case docker(DockerConfiguration)
  }

  package let place: PlaintextPlace
  /// What the logins in it are for, each once.
  package let names: [String]
  /// The file itself, with all links on the way resolved: one file has one such path.
  let path: String
  /// What the system says of it.
  let facts: FileFacts?
  /// The logins that can be taken over.
  let logins: [FoundLogin]
  /// Why others stay where they are.
  let faults: [VaultError]
  /// What is odd in it but does no harm.
  let warnings: [String]
  /// Logins that stay although nothing is wrong with them, and why.
  let notes: [String]
  let content: Content

  /// Reads a file; nil if there is none, or nothing in it.
  ///
  /// - Throws: `damaged` with the line, for what is malformed or cannot be edited without loss, and for a
  ///   file that the user named and that is in no known form; `configuration` for an unsafe file.
  static func read(_ place: PlaintextPlace) throws(VaultError) -> PlaintextFile? {
    // False also for a link that leads nowhere.
    guard place.isThere else { return nil }
    guard let text = try place.file.readSecret(), !JSONDocument.saysNothing(text) else {
      return nil
    }
    let source = try PlaintextFile(
      place, path: (Path.resolved(place.path) ?? place.path), text: text)
    // What could not be taken away is better known before anything is planned.
    _ = try source.edited(removing: source.removals(of: source.logins), source.logins)
    return source
  }

  /// - Throws: `damaged` if the text is not of the form of its place.
  init(
    _ place: PlaintextPlace, path: String, text: consuming SecretBytes
  ) throws(VaultError) {
    var found = FoundLogins()
    let content: Content
    switch place.form {
    case .remoteYAML:
      let configuration = try RemoteConfiguration(text, path: place.path)
      guard !place.isNamed || configuration.hasKnownForm else {
        throw VaultError(
          .damaged,
          "\(place.path), line 1: it is not in a known form: it has neither Active, Remotes nor "
            + "Credentials")
      }
      try found.read(configuration)
      content = .remote(configuration)
    case .docker:
      let configuration = try DockerConfiguration(try JSONDocument(text, path: place.path))
      guard !place.isNamed || configuration.hasKnownForm else {
        throw VaultError(
          .damaged,
          "\(place.path) is not in a known form: it has neither auths nor other members of docker's "
            + "configuration")
      }
      try found.read(configuration)
      content = .docker(configuration)
    }
    self.place = place
    self.path = path
    facts = FileFacts(path: path)
    logins = found.logins
    names = found.names
    faults = found.faults
    warnings = found.warnings.map { "\(place.path), \($0)" }
    notes = found.notes
    self.content = content
  }

  /// Whether this is the file of a path, by any of its names.
  func isAt(_ path: String) -> Bool { place.path == path || self.path == path }

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
}

extension FoundLogin {
  var remotePlace: RemoteSecretPlace? {
    if case .remote(let place) = place { place } else { nil }
  }

  var entryIndex: Int? {
    if case .entry(let index) = place { index } else { nil }
  }
}
