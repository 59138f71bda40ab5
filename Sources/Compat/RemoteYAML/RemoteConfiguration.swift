public import Vault

/// What Apptainer's or SingularityCE's remote.yaml holds.
///
/// Secrets stay in the guarded bytes of the file; the model knows only where they stand.
public struct RemoteConfiguration: ~Copyable {
  /// The longest file that is read, in bytes.
  public static let longestFile = 1024 * 1024

  /// A remote endpoint.
  public struct Remote: Sendable {
    /// Its name.
    public let name: String
    /// Its address, without a scheme.
    public let uri: String
    /// Whether it came from the system's file.
    public let isSystem: Bool
    /// Whether the administrator allows no other.
    public let isExclusive: Bool
    /// Whether it is asked over plain http.
    public let isInsecure: Bool
    /// Its keyservers.
    public let keyservers: [Keyserver]
    /// The line of its name, counted from 1.
    public let line: Int
    let token: Range<Int>?

    /// Whether it has an access token.
    public var hasToken: Bool { token != nil }
  }

  /// A keyserver of a remote endpoint.
  public struct Keyserver: Sendable {
    /// Its address.
    public let uri: String
    /// Whether it is left out.
    public let isSkipped: Bool
    /// Whether the user added it.
    public let isExternal: Bool
    /// Whether it is asked over plain http.
    public let isInsecure: Bool
  }

  /// An item of `Credentials`.
  public struct Entry: Sendable {
    /// The address as it stands there.
    public let uri: String
    /// Whether plain http is used.
    public let isInsecure: Bool
    /// The address as that of a registry; nil for a keyserver and for what is neither.
    public let registry: RegistryURI?
    /// The user name of its login: empty for a bearer token, nil without a usable `Auth`.
    public let username: String?
    /// Its first line, counted from 1.
    public let line: Int
    let authorization: Range<Int>?

    /// Whether it has an `Auth` value.
    public var hasAuthorization: Bool { authorization != nil }
  }

  /// The name of the endpoint in use; empty where there is none.
  public let active: String
  /// The endpoints, in the order of the file.
  public let remotes: [Remote]
  /// The items of `Credentials`, in the order of the file.
  public let credentials: [Entry]
  /// What is odd in the file but does no harm, each with its line.
  public let warnings: [String]

  let text: YAMLText
  /// Where the items of `Credentials` stand, as an edit needs it.
  let layout: CredentialsLayout

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - path: Its path, for messages.
  /// - Throws: `damaged`, with the line and the reason.
  public init(_ bytes: consuming SecretBytes, path: String) throws(VaultError) {
    guard bytes.count <= Self.longestFile else {
      throw VaultError(.damaged, "\(path) has more than \(Self.longestFile) bytes")
    }
    let text = try YAMLText(bytes, path: path)
    var reader = RemoteYAMLReader()
    try reader.read(text)
    active = reader.active
    remotes = reader.remotes
    credentials = reader.credentials
    warnings = reader.warnings
    layout = reader.layout
    self.text = text
  }

  /// A copy of an endpoint's token.
  ///
  /// - Parameter remote: One of `remotes`.
  /// - Returns: The token, or nil where it has none.
  /// - Throws: `internalFault` where memory is exhausted.
  public borrowing func token(of remote: Remote) throws(VaultError) -> SecretBytes? {
    guard let range = remote.token else { return nil }
    return try SecretBytes(copying: text.bytes.bytes.extracting(range))
  }

  /// A copy of an item's `Auth` value: `Basic …` or `Bearer …`.
  ///
  /// - Parameter entry: One of `credentials`.
  /// - Returns: The value, or nil where it has none.
  /// - Throws: `internalFault` where memory is exhausted.
  public borrowing func authorization(of entry: Entry) throws(VaultError) -> SecretBytes? {
    guard let range = entry.authorization else { return nil }
    return try SecretBytes(copying: text.bytes.bytes.extracting(range))
  }

  /// Everything that lies in the file in clear text.
  public var plaintextSecrets: [PlaintextSecret] {
    remotes.filter(\.hasToken).map {
      PlaintextSecret(key: .endpoint($0.name), shown: $0.name, line: $0.line)
    }
      + credentials.filter(\.hasAuthorization).map { entry in
        let key: CredentialRecord.Key =
          entry.registry.map { .registry($0.scope) } ?? .keyserver(entry.uri)
        return PlaintextSecret(
          key: key, shown: entry.registry?.text ?? entry.uri, line: entry.line)
      }
  }
}

/// A secret that lies in clear text in a file, without the secret itself.
public struct PlaintextSecret: Hashable, Sendable {
  /// What it is for.
  public let key: CredentialRecord.Key
  /// The address or name to show.
  public let shown: String
  /// The line at which its entry begins, counted from 1.
  public let line: Int
}
