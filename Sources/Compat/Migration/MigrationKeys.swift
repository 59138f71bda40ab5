internal import Glibc
internal import SealedFormat
internal import Vault

/// The keys of the migrations that were made on this machine, each in a file of its own.
///
/// What undoes the change of a file carries a MAC under the random key of its migration. The vault does not
/// hold that key, so whoever can only write the vault cannot name a file for an undoing to write.
struct MigrationKeys {
  private static let length = 32
  private static let longestFile = 4096

  /// Nil if this machine remembers nothing, as without a home.
  private let folder: String?
  let vaultID: [UInt8]

  init(of vault: VaultStore, in environment: Environment) {
    folder = (try? environment.stateFolder).map { $0 + "/migrations" }
    vaultID = vault.identifier
  }

  /// Makes the key of a migration.
  ///
  /// Where nothing can be written, as in a read-only home, it is not kept, and the undoing will ask for the
  /// names of the files.
  ///
  /// - Throws: What writing throws otherwise.
  func make(for migration: Int) throws(VaultError) -> SecretBytes {
    let key = try SecretBytes.random(count: Self.length)
    guard let file = file(of: migration) else { return key }
    do throws(VaultError) { try Self.write(key, to: file) } catch {
      let number = (error.cause as? SystemError)?.number
      guard error.code == .configuration || [EROFS, EACCES, EPERM].contains(number) else {
        throw error
      }
    }
    return key
  }

  /// The key of a migration; nil if this machine has none that can be used.
  func find(_ migration: Int) -> SecretBytes? {
    guard let text = try? file(of: migration)?.readSecret() else { return nil }
    return try? Self.key(in: text)
  }

  private static func write(
    _ key: borrowing SecretBytes, to file: DurableFile
  ) throws(VaultError) {
    let digits = try Hexadecimal.encode(key.bytes)
    let line = try SecretBytes(capacity: digits.count + 1) { (output) throws(VaultError) in
      try output.append(contentsOf: digits.bytes)
      try output.append("\n")
    }
    try file.beginUpdate().replace(with: line.bytes)
  }

  private static func key(in text: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
    guard text.lengthWithoutLineEnd() == 2 * length else {
      throw VaultError(.damaged, "the key of a migration has another length")
    }
    return try Hexadecimal.decode(text.bytes(0..<(2 * length)))
  }

  /// Forgets a key; best effort, because a key without its migration is of no use.
  func remove(_ migration: Int) {
    guard let file = file(of: migration), (try? file.readSecret()) != nil else { return }
    try? file.beginUpdate().remove()
  }

  /// Named by the vault too: each vault counts its migrations from 1.
  private func file(of migration: Int) -> DurableFile? {
    folder.map {
      DurableFile(
        path: "\($0)/\(vaultID.hexadecimal)-\(migration)", owner: .otherProgram,
        limit: Self.longestFile)
    }
  }
}
