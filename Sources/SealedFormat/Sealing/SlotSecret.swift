/// What opens a slot.
package struct SlotSecret: ~Copyable, Sendable {
  package enum Kind {
    /// Bytes as typed.
    case passphrase
    /// The 32 bytes of a key file.
    case keyFile
    /// The 32 bytes that the desktop keyring holds for one slot.
    case secretService
    /// The 32 bytes that a signature of an SSH key gives.
    case sshAgent
  }

  /// The most bytes of a passphrase.
  package static let longestPassphrase = 1024

  package let kind: Kind
  package let bytes: SecretBytes

  package init(kind: Kind, bytes: consuming SecretBytes) {
    self.kind = kind
    self.bytes = bytes
  }

  /// A passphrase as typed.
  ///
  /// - Parameter bytes: From 1 to `longestPassphrase` bytes.
  /// - Throws: `invalidInput` for an empty one, which would be no protection, or a longer one.
  package init(passphrase bytes: consuming SecretBytes) throws(VaultError) {
    guard !bytes.isEmpty else { throw VaultError(.invalidInput, "the passphrase is empty") }
    guard bytes.count <= Self.longestPassphrase else {
      throw VaultError(
        .invalidInput, "the passphrase is longer than \(Self.longestPassphrase) bytes")
    }
    self.init(kind: .passphrase, bytes: bytes)
  }

  /// A new key, for the desktop keyring to hold.
  ///
  /// - Throws: `internalFault` where memory is exhausted.
  package static func forKeyring() throws(VaultError) -> SlotSecret {
    SlotSecret(kind: .secretService, bytes: try SecretBytes.random(count: VaultKey.length))
  }
}
