/// What is known of a credential without its secret.
package struct CredentialRecord: Hashable, Sendable {
  /// What a credential is for.
  ///
  /// Names of other programs are the same only to the byte.
  package enum Key: Sendable {
    /// A container registry, or a part of one.
    case registry(RegistryScope)
    /// A keyserver of Apptainer's remote.yaml, by its URI.
    case keyserver(String)
    /// A remote endpoint of Apptainer's remote.yaml, by its name.
    case endpoint(String)
    /// A key of docker's helper protocol that is no registry's address, kept to the letter.
    case helperKey(String)
    /// What undoes a part of a migration, by its name. It is no credential that anybody can ask for,
    /// and no list shows it.
    case migration(String)
  }

  /// What the credential is for; one vault has one credential for each key.
  package var key: Key
  /// The addresses to show in a list, as the user wrote them: `docker://registry.example.com`.
  package var spellings: [String]
  /// Whether the registry is spoken to over TLS with a checked certificate.
  package var isSecure: Bool
  /// The user name; `<token>` where the secret is an identity token.
  package var username: String
  /// When it was stored, in seconds since 1970.
  package var created: Int64
  /// When the secret stops working, in seconds since 1970, where that is known.
  package var expires: Int64?
  /// When the registry last accepted it, in seconds since 1970, where it was tried.
  package var verified: Int64?
  /// The file it was taken over from, where it was.
  package var importedFrom: String?
  /// The server as a client of docker's helper protocol wrote it, to the letter, where one did.
  package var serverURL: String?

  /// Makes a record.
  ///
  /// - Parameters:
  ///   - key: What the credential is for.
  ///   - spellings: The addresses to show in a list.
  ///   - isSecure: Whether TLS with a checked certificate is used.
  ///   - username: The user name.
  ///   - created: When it was stored, in seconds since 1970.
  ///   - expires: When the secret stops working, in seconds since 1970.
  ///   - verified: When the registry last accepted it, in seconds since 1970.
  ///   - importedFrom: The file it was taken over from.
  ///   - serverURL: The server as a client of docker's helper protocol wrote it.
  package init(
    key: Key, spellings: [String], isSecure: Bool, username: String, created: Int64,
    expires: Int64? = nil, verified: Int64? = nil, importedFrom: String? = nil,
    serverURL: String? = nil
  ) {
    self.key = key
    self.spellings = spellings
    self.isSecure = isSecure
    self.username = username
    self.created = created
    self.expires = expires
    self.verified = verified
    self.importedFrom = importedFrom
    self.serverURL = serverURL
  }

  /// The registry's scope, where the credential is for a registry.
  package var scope: RegistryScope? {
    guard case .registry(let scope) = key else { return nil }
    return scope
  }

  /// Whether this undoes a part of a migration, and is no credential.
  package var isOfMigration: Bool {
    guard case .migration = key else { return false }
    return true
  }
}

/// A credential: what is known of it, and its secret.
package struct Credential: ~Copyable, Sendable {
  /// What is known of it.
  package let record: CredentialRecord
  /// The password or token.
  package let secret: SecretBytes

  /// Joins a record and its secret.
  ///
  /// - Parameters:
  ///   - record: What is known of it.
  ///   - secret: The password or token.
  package init(record: CredentialRecord, secret: consuming SecretBytes) {
    self.record = record
    self.secret = secret
  }

  /// Gives the secret away.
  ///
  /// - Returns: The password or token.
  package consuming func takeSecret() -> SecretBytes { secret }
}

extension CredentialRecord.Key: Hashable {
  /// Compares bytes: Swift takes two texts for the same that differ in their form of an accent.
  package static func == (one: Self, other: Self) -> Bool {
    switch (one, other) {
    case (.registry(let one), .registry(let other)):
      one == other  // ASCII by its grammar
    case (.keyserver(let one), .keyserver(let other)), (.endpoint(let one), .endpoint(let other)),
      (.helperKey(let one), .helperKey(let other)), (.migration(let one), .migration(let other)):
      one.utf8.elementsEqual(other.utf8)
    default:
      false
    }
  }

  /// Feeds what is the same for equal keys.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .registry(let scope): hasher.combine(scope)
    case .keyserver(let name), .endpoint(let name), .helperKey(let name), .migration(let name):
      // Not the text itself: normalising a hostile one takes seconds.
      hasher.combine(Array(name.utf8))
    }
  }
}
