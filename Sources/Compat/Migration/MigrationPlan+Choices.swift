package import SealedFormat
package import Vault

extension MigrationPlan {
  /// Which secret wins where there are several.
  package enum Preference: Equatable, Sendable {
    /// That of the vault.
    case vault
    /// That of a file, whichever it is; if files disagree it decides nothing.
    case file
    /// That of this file, and in it that of the line, if one is given.
    case path(String, line: Int? = nil)

    /// Reads a file's path, with or without `:LINE`.
    package init(file word: String, in environment: Environment) {
      let path = environment.absolute(word)
      if let colon = path.lastIndex(of: ":"), !FileFacts.isThere(path),
        let line = Int(path[path.index(after: colon)...])
      {
        let file = String(path[..<colon])
        self = .path(Path.resolved(file) ?? file, line: line)
      } else {
        self = .path((Path.resolved(path) ?? path))
      }
    }
  }

  /// Checks that each file that is preferred is one of those that were looked at.
  ///
  /// - Throws: `invalidInput` for another one, whose preference would decide nothing.
  package func check(_ preferences: [Preference]) throws(VaultError) {
    for case .path(let path, let line) in preferences {
      let logins = exposures.files.filter { $0.isAt(path) }.flatMap(\.logins)
      guard !logins.isEmpty else {
        throw VaultError(
          .invalidInput, "\(path.escapingControls) is preferred, but no login was found in it")
      }
      guard line == nil || logins.contains(where: { $0.line == line }) else {
        throw VaultError(
          .invalidInput,
          "line \(line ?? 0) of \(path.escapingControls) is preferred, but no login begins there")
      }
    }
  }

  /// What is kept of each login of which that is certain, or decided.
  ///
  /// - Parameter preferences: The first that decides counts.
  /// - Returns: The choices; a login without one has a conflict.
  package func choices(
    preferring preferences: [Preference]
  ) -> [CredentialRecord.Key: Choice] {
    var choices: [CredentialRecord.Key: Choice] = [:]
    for login in logins {
      choices[login.key] =
        login.certainChoice ?? preferences.lazy.compactMap { login.choice(preferring: $0) }.first
    }
    return choices
  }

  /// A login's choices, in words, where it has a conflict.
  package struct Option: Sendable {
    /// What is kept.
    package let choice: Choice
    /// The user name; empty for a token alone.
    package let username: String
    /// Where it is kept: a file and its line; nil for the vault.
    package let place: String?
  }
}

extension MigrationPlan.Login {
  /// What can be kept.
  package var options: [MigrationPlan.Option] {
    var options = groups.enumerated().map { number, group in
      MigrationPlan.Option(
        choice: .file(group: number), username: findings[group[0]].login.username,
        place: findings[group[0]].source.place.path + " line "
          + String(findings[group[0]].login.line))
    }
    if case .other(let username) = kept {
      options.append(MigrationPlan.Option(choice: .vault, username: username, place: nil))
    }
    return options
  }

  fileprivate var certainChoice: MigrationPlan.Choice? {
    guard groups.count == 1 else { return nil }
    return switch kept {
    case .unknown, .nothing: .file(group: 0)
    case .same: .vault
    case .other: nil
    }
  }

  fileprivate func choice(
    preferring preference: MigrationPlan.Preference
  ) -> MigrationPlan.Choice? {
    switch preference {
    case .vault:
      switch kept {
      case .same, .other: return .vault
      case .unknown, .nothing: return nil
      }
    case .file:
      return groups.count == 1 ? .file(group: 0) : nil
    case .path(let path, let line):
      let chosen = groups.indices.filter { number in
        groups[number].contains {
          findings[$0].source.isAt(path) && (line == nil || findings[$0].login.line == line)
        }
      }
      guard chosen.count == 1 else { return nil }
      return kept == .same(group: chosen[0]) ? .vault : .file(group: chosen[0])
    }
  }

  /// The finding whose secret a choice keeps; nil where it is the vault's.
  func finding(_ choice: MigrationPlan.Choice) -> Finding? {
    guard case .file(let group) = choice, groups.indices.contains(group) else { return nil }
    return findings[groups[group][0]]
  }

  /// The credential that a choice puts into the vault; nil where the vault's stays.
  ///
  /// - Parameters:
  ///   - choice: What is kept.
  ///   - now: The present, in seconds since 1970.
  /// - Returns: The credential.
  /// - Throws: `internalFault` where memory is exhausted.
  package func credential(
    _ choice: MigrationPlan.Choice, now: Int64
  ) throws(VaultError) -> Credential? {
    guard case .file(let group) = choice, groups.indices.contains(group) else { return nil }
    let chosen = groups[group].map { findings[$0] }
    let first = chosen[0]
    let secret = try first.source.secret(of: first.login)
    let spellings = chosen.map(\.login.shown).unique
    let expires = secret.expiry()
    let record = CredentialRecord(
      key: key, spellings: spellings, isSecure: chosen.allSatisfy(\.login.isSecure),
      username: first.login.username, created: now,
      expires: expires, importedFrom: first.source.place.path,
      serverURL: first.login.serverURL)
    return Credential(record: record, secret: secret)
  }
}

extension SecretBytes {
  /// The expiry of a token that states it.
  fileprivate borrowing func expiry() -> Int64? { SecretExpiry.find(in: bytes) }
}
