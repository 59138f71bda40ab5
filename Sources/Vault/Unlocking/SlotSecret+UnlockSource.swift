package import SealedFormat

extension SlotSecret {
  /// Reads the secret of a source.
  ///
  /// - Parameters:
  ///   - source: Where it lies.
  ///   - warn: Is told what is unwise about it.
  /// - Throws: `configuration` for a file that is missing, unsafe or no key file; `invalidInput` for
  ///   an empty passphrase.
  package init(_ source: UnlockSource, warn: (String) -> Void) throws(VaultError) {
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
    case .keyCommand(let command):
      self = try command.secret(warn: warn)
    }
  }

  /// Makes a new key file and takes its key.
  ///
  /// - Parameter path: An absolute path to nothing.
  /// - Throws: What `KeyFile.make` throws.
  package init(makingKeyFile path: String) throws(VaultError) {
    self.init(kind: .keyFile, bytes: try KeyFile.make(path: path))
  }
}
