package import SealedFormat

/// What Apptainer's or SingularityCE's remote.yaml holds.
///
/// Secrets stay in the guarded bytes of the file; the model has only their positions.
package struct RemoteConfiguration: ~Copyable {
  /// The longest file that is read, in bytes.
  package static let longestFile = 1024 * 1024

  /// A remote endpoint.
  package struct Remote: Sendable {
    /// Its name.
    package let name: String
    /// Its address, without a scheme.
    package let uri: String
    /// Whether it came from the system's file.
    package let isSystem: Bool
    /// Whether the administrator forbids other endpoints.
    package let isExclusive: Bool
    /// Whether it is asked over plain http.
    package let isInsecure: Bool
    /// The line of its name, counted from 1.
    package let line: Int
    let field: YAMLField
    /// Its access token.
    let secret: RemoteSecret?

    /// Whether it has an access token.
    package var hasToken: Bool { secret != nil }
  }

  /// An item of `Credentials`.
  package struct Entry: Sendable {
    /// The address as it stands there.
    package let uri: String
    /// Whether plain http is used.
    package let isInsecure: Bool
    /// The address as that of a registry; nil for a keyserver and for what is neither.
    package let registry: RegistryURI?
    /// The user name of its login: empty for a bearer token, nil without a usable `Auth`.
    package let username: String?
    /// Its first line, counted from 1.
    package let line: Int
    let node: YAMLNode
    /// Its `Auth` value.
    let secret: RemoteSecret?

    /// Whether it has an `Auth` value.
    package var hasAuthorization: Bool { secret != nil }
  }

  /// The name of the endpoint in use; empty if there is none.
  package let active: String
  /// The endpoints, in the order of the file.
  package let remotes: [Remote]
  /// The items of `Credentials`, in the order of the file.
  package let credentials: [Entry]
  /// What is odd in the file but does no harm, each with its line.
  package let warnings: [String]
  /// Whether it has a field by which it is known to be Apptainer's, or none at all.
  let hasKnownForm: Bool

  let text: YAMLText

  /// Reads a file; the path is for messages.
  ///
  /// - Throws: `damaged`, with the line and the reason.
  package init(_ bytes: consuming SecretBytes, path: String) throws(VaultError) {
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
    hasKnownForm = reader.hasKnownForm
    self.text = text
  }

  /// A copy of an endpoint's token; nil if it has none.
  package borrowing func token(of remote: Remote) throws(VaultError) -> SecretBytes? {
    guard let range = remote.secret?.content else { return nil }
    return try SecretBytes(copying: text.bytes.bytes.extracting(range))
  }

  /// A copy of an item's `Auth` value, `Basic …` or `Bearer …`; nil if it has none.
  package borrowing func authorization(of entry: Entry) throws(VaultError) -> SecretBytes? {
    guard let range = entry.secret?.content else { return nil }
    return try SecretBytes(copying: text.bytes.bytes.extracting(range))
  }
}
