extension CredentialRecord {
  /// What a credential is for.
  ///
  /// Names of other programs are the same only to the byte.
  package enum Key: Sendable {
    /// A container registry, or a part of one.
    case registry(RegistryScope, account: Account = .standard)
    /// A keyserver of Apptainer's remote.yaml, by its URI.
    case keyserver(String)
    /// A remote endpoint of Apptainer's remote.yaml, by its name.
    case endpoint(String)
    /// A key of docker's helper protocol that is no registry's address, kept to the letter.
    case helperKey(String, account: Account = .standard)
    /// What undoes a part of a migration, by its name. It is no credential, and no list shows it.
    case migration(String, account: Account = .standard)
  }
}

extension CredentialRecord.Key {
  /// Which of several logins it is.
  package var account: Account {
    switch self {
    case .registry(_, let account), .helperKey(_, let account), .migration(_, let account): account
    case .keyserver, .endpoint: .standard
    }
  }
}

extension CredentialRecord.Key: Hashable {
  /// Compares bytes: Swift takes two texts for the same that differ in their form of an accent.
  package static func == (one: Self, other: Self) -> Bool {
    guard one.account == other.account else { return false }
    switch (one, other) {
    case (.registry(let one, _), .registry(let other, _)):
      return one == other  // ASCII by its grammar
    case (.keyserver(let one), .keyserver(let other)), (.endpoint(let one), .endpoint(let other)),
      (.helperKey(let one, _), .helperKey(let other, _)),
      (.migration(let one, _), .migration(let other, _)):
      return one.utf8.elementsEqual(other.utf8)
    case (.registry, _), (.keyserver, _), (.endpoint, _), (.helperKey, _), (.migration, _):
      return false
    }
  }

  /// Feeds what is the same for equal keys.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(account)
    switch self {
    case .registry(let scope, _): hasher.combine(scope)
    case .keyserver(let name), .endpoint(let name), .helperKey(let name, _),
      .migration(let name, _):
      // Not the text itself: normalising a hostile one takes seconds.
      hasher.combine(Array(name.utf8))
    }
  }
}
