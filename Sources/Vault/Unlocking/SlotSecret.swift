/// What opens a slot.
public struct SlotSecret: ~Copyable, Sendable {
  enum Kind {
    /// Bytes as typed.
    case passphrase
    /// The 32 bytes of a key file.
    case keyFile
    /// The 32 bytes that the desktop keyring holds for one slot.
    case secretService
  }

  /// The most bytes of a passphrase.
  public static let longestPassphrase = 1024

  let kind: Kind
  let bytes: SecretBytes

  init(kind: Kind, bytes: consuming SecretBytes) {
    self.kind = kind
    self.bytes = bytes
  }

  /// A passphrase as typed.
  ///
  /// - Parameter bytes: From 1 to `longestPassphrase` bytes.
  /// - Throws: `invalidInput` for an empty one, which would be no protection, or a longer one.
  public init(passphrase bytes: consuming SecretBytes) throws(VaultError) {
    guard !bytes.isEmpty else { throw VaultError(.invalidInput, "the passphrase is empty") }
    guard bytes.count <= Self.longestPassphrase else {
      throw VaultError(
        .invalidInput, "the passphrase is longer than \(Self.longestPassphrase) bytes")
    }
    self.init(kind: .passphrase, bytes: bytes)
  }

  /// Reads the secret of a source.
  ///
  /// - Parameters:
  ///   - source: Where it lies.
  ///   - warn: Is told what is unwise about it.
  /// - Throws: `configuration` for a file that is missing, unsafe or no key file; `invalidInput` for
  ///   an empty passphrase.
  public init(_ source: KeySource, warn: (String) -> Void) throws(VaultError) {
    switch source {
    case .keyFile(let path):
      self.init(kind: .keyFile, bytes: try KeyFile.read(path: path, warn: warn))
    case .passphraseFile(let path):
      let content = try PrivateFile.read(path: path, limit: Self.longestPassphrase + 2, warn: warn)
      try self.init(passphrase: try content.droppingLineEnd())
    case .passphraseDescriptor(let number):
      let content = try SecretBytes(
        reading: number, limit: Self.longestPassphrase + 2, name: "descriptor \(number)")
      try self.init(passphrase: try content.droppingLineEnd())
    }
  }

  /// A new key, for the desktop keyring to hold.
  ///
  /// - Throws: `internalFault` where memory is exhausted.
  public static func forKeyring() throws(VaultError) -> SlotSecret {
    SlotSecret(kind: .secretService, bytes: try SecretBytes.random(count: VaultKey.length))
  }

  /// Makes a new key file and takes its key.
  ///
  /// - Parameter path: An absolute path to nothing.
  /// - Throws: What `KeyFile.make` throws.
  public init(makingKeyFile path: String) throws(VaultError) {
    self.init(kind: .keyFile, bytes: try KeyFile.make(path: path))
  }
}
