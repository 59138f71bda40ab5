internal import SealedFormat
internal import Glibc

/// A file whose 32 random bytes open a vault, as one line of text:
/// `vault-key-1:` and 72 hexadecimal digits, the last eight of them a checksum.
///
/// The line fits a CI variable, and no password file passes for one.
enum KeyFile {
  private static let prefix = "vault-key-1:"
  private static let checksumLength = 4
  private static let longestFile = 4096

  /// Reads a key file, which may be a symbolic link and belong to root, as Kubernetes and systemd
  /// lay them.
  ///
  /// - Parameters:
  ///   - path: An absolute path.
  ///   - warn: Is told what is unwise about the file.
  /// - Returns: The 32 bytes.
  /// - Throws: `configuration` where the file is missing, unreadable, writable by others or no key
  ///   file.
  static func read(
    path: String, warn: (String) -> Void
  ) throws(VaultError) -> SecretBytes {
    do throws(VaultError) {
      return try key(
        in: try PrivateFile.read(path: path, limit: longestFile, warn: warn), path: path)
    } catch {
      guard error.code == .invalidInput else { throw error }
      throw VaultError(.configuration, error.message, cause: error, remedy: .makeKeyFile)
    }
  }

  /// Makes a key file with a fresh key, mode 0600, durably; never overwrites one.
  ///
  /// - Parameter path: An absolute path to nothing.
  /// - Returns: The 32 bytes.
  /// - Throws: `cannotCreate` or `inputOutput` where it cannot be written, `configuration` where the
  ///   folder is unsafe.
  static func make(path: String) throws(VaultError) -> SecretBytes {
    let file = DurableFile(path: path, owner: .otherProgram, limit: longestFile)
    let update = try file.beginUpdate()
    guard try update.readSecret() == nil else {
      throw VaultError(.cannotCreate, "\(path) is there already: not overwritten")
    }
    let key = try SecretBytes.random(count: VaultKey.length)
    let line = try text(of: key)
    try update.replace(with: line.bytes)
    return key
  }

  /// The line for a key.
  static func text(of key: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    let digits = try digits(of: key)
    return try SecretBytes(capacity: 128) { (output) throws(VaultError) in
      try output.append(prefix)
      try output.append(contentsOf: digits.bytes)
      try output.append("\n")
    }
  }

  /// The digits of the line, the last eight of which are the checksum.
  static func digits(of key: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    let keyDigits = try Hexadecimal.encode(key.bytes)
    let checksum = try checksum(of: key.bytes, RawSpan(), RawSpan())
    return try SecretBytes(capacity: 128) { (output) throws(VaultError) in
      try output.append(contentsOf: keyDigits.bytes)
      try output.append(checksum.hexadecimal)
    }
  }

  /// The key in a key file's content; `path` is for messages.
  ///
  /// - Throws: `configuration` if it is no key file.
  static func key(
    in content: borrowing SecretBytes, path: String
  ) throws(VaultError) -> SecretBytes {
    let start = prefix.utf8.count
    let end = start + 2 * (VaultKey.length + checksumLength)
    guard content.lengthWithoutLineEnd() == end,
      zip(0..., prefix.utf8).allSatisfy({ content.bytes[$0] == $1 }),
      (start..<end).allSatisfy({ content.bytes[$0].isLowercaseDigit })
    else {
      throw VaultError(.configuration, "\(path) is not a key file", remedy: .makeKeyFile)
    }
    guard let key = try key(ofDigits: content.bytes(start..<end)) else {
      throw VaultError(
        .configuration,
        "\(path) has a wrong checksum: it was mistyped or cut off; copy the key file again")
    }
    return key
  }

  /// The key that 72 lower-case digits stand for, or nil if the checksum is wrong.
  static func key(ofDigits digits: RawSpan) throws(VaultError) -> SecretBytes? {
    let bytes = try Hexadecimal.decode(digits)
    let checksum = try checksum(of: bytes.bytes(0..<VaultKey.length), RawSpan(), RawSpan())
    guard (0..<checksumLength).allSatisfy({ bytes.bytes[VaultKey.length + $0] == checksum[$0] })
    else { return nil }
    return try SecretBytes(copying: bytes.bytes(0..<VaultKey.length))
  }

  /// The checksum of a key in pieces.
  static func checksum(
    of first: RawSpan, _ second: RawSpan, _ third: RawSpan
  ) throws(VaultError) -> [UInt8] {
    var hash = try Hash()
    hash.update("vault 1 key file")
    hash.update(first)
    hash.update(second)
    hash.update(third)
    return Array(hash.digest().prefix(checksumLength))
  }
}
