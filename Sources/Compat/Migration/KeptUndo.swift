internal import SealedFormat
internal import Vault

/// What a vault keeps of the change of one file: what undoes it, and the MAC of the machine that made it.
struct KeptUndo: ~Copyable {
  private static let label = "vault 1 migration"

  let file: MigrationFile
  let undo: FileUndo
  private let mac: [UInt8]

  /// What a migration keeps on this machine.
  init(
    _ undo: borrowing FileUndo, of file: MigrationFile, key: borrowing SecretBytes,
    vaultID: [UInt8]
  ) throws(VaultError) {
    let copy = try FileUndo(SecretBytes(copying: undo.bytes.bytes))
    mac = try Self.mac(of: undo, file, key: key, vaultID: vaultID)
    self.undo = copy
    self.file = file
  }

  private init(_ file: MigrationFile, _ undo: consuming FileUndo, mac: [UInt8]) {
    self.file = file
    self.undo = undo
    self.mac = mac
  }

  /// Whether it was made on this machine, for this file, and the path still leads to the same place.
  borrowing func isOurs(_ keys: MigrationKeys) throws(VaultError) -> Bool {
    guard let key = keys.find(file.migration) else { return false }
    return isEqualInConstantTime(
      mac, try Self.mac(of: undo, file, key: key, vaultID: keys.vaultID))
  }

  private static func mac(
    of undo: borrowing FileUndo, _ file: MigrationFile, key: borrowing SecretBytes,
    vaultID: [UInt8]
  ) throws(VaultError) -> [UInt8] {
    var hash = try Hash(key: key.bytes)
    hash.update(label)
    hash.update(vaultID.bytes)
    for text in [file.name(part: 0), file.path, file.realPath] {
      var part = try Hash()
      part.update(text)
      hash.update(part.digest().bytes)
    }
    hash.update(undo.bytes.bytes)
    return hash.digest()
  }

  /// The file as it was.
  ///
  /// - Parameter text: The file as it is, without what the helper's installation has changed.
  /// - Throws: `damaged` if that would change anything but secrets, or give a file of another kind.
  borrowing func restored(
    from text: borrowing SecretBytes, in environment: Environment
  ) throws(VaultError) -> SecretBytes {
    let original = try undo.restored(from: text)
    guard try differsInSecretsOnly(original, from: text, in: environment) else {
      throw VaultError(
        .damaged,
        "what undoes the migration of \(file.path.escapingControls) would change more in it than secrets, "
          + "so it stays as it is")
    }
    return original
  }

  private borrowing func differsInSecretsOnly(
    _ original: borrowing SecretBytes, from text: borrowing SecretBytes, in environment: Environment
  ) throws(VaultError) -> Bool {
    let restored = try PlaintextFile(
      PlaintextPlace.named(file.path, in: environment), path: file.realPath,
      text: try SecretBytes(copying: original.bytes))
    return try restored.says(text, withoutSecretsIn: undo.places)
  }
}

// MARK: - In the vault

extension KeptUndo {
  /// Puts all of it into a vault, in parts that the vault takes.
  borrowing func put(in vault: inout OpenVault, now: Int64) throws(VaultError) {
    let whole = try SecretBytes(capacity: mac.count + undo.bytes.count) {
      (output) throws(VaultError) in
      try output.append(contentsOf: mac.bytes)
      try output.append(contentsOf: undo.bytes.bytes)
    }
    var start = 0
    var part = 0
    repeat {
      let end = min(start + SecretBytes.longestSecret, whole.count)
      let record = CredentialRecord(
        key: file.key(part: part), spellings: [], isSecure: true, username: "", created: now,
        importedFrom: file.path)
      try vault.put(
        Credential(
          record: record, secret: try SecretBytes(copying: whole.bytes.extracting(start..<end))))
      start = end
      part += 1
    } while start < whole.count
  }

  /// Puts it together from its parts; nil if there is none.
  static func find(
    _ file: MigrationFile, _ find: (CredentialRecord.Key) throws(VaultError) -> Credential?
  ) throws(VaultError) -> KeptUndo? {
    var whole = try SecretBytes(copying: RawSpan())
    var part = 0
    while let credential = try find(file.key(part: part)) {
      whole = try SecretBytes(capacity: whole.count + credential.secret.count) {
        (output) throws(VaultError) in
        try output.append(contentsOf: whole.bytes)
        try output.append(contentsOf: credential.secret.bytes)
      }
      part += 1
    }
    guard part > 0 else { return nil }
    guard whole.count >= Hash.length else { throw FileUndo.malformed }
    let mac = (0..<Hash.length).map { whole.bytes[$0] }
    let undo = try FileUndo(SecretBytes(copying: whole.bytes(Hash.length..<whole.count)))
    return KeptUndo(file, undo, mac: mac)
  }
}
