internal import SealedFormat
internal import Vault

/// The change of one file: what is taken out of it, held from before the vault is written until the file
/// is.
final class FileChange {
  let source: PlaintextFile
  /// The logins whose secrets are taken out.
  let logins: [FoundLogin]
  let ranges: [Range<Int>]
  /// The file as it will be.
  private let text: SecretBytes
  let undo: FileUndo
  private let update: FileUpdate

  /// Prepares a change, and holds off other writers that ask.
  ///
  /// - Throws: `unavailable` where the file is no longer what was read, and what locking it throws.
  init(_ source: PlaintextFile, taking logins: [FoundLogin]) throws(VaultError) {
    let ranges = try source.removals(of: logins)
    let text = try source.edited(removing: ranges, logins)
    let undo = try source.withText { (original) throws(VaultError) in
      try FileUndo(of: original, removing: ranges, edited: text.bytes)
    }
    let update = try source.place.file.beginUpdate()
    self.source = source
    self.logins = logins
    self.ranges = ranges
    self.text = text
    self.undo = undo
    self.update = update
    try checkIsUnchanged()
  }

  /// Writes the file, and reads it back.
  ///
  /// - Returns: What the user should know about who may use the file now.
  /// - Throws: `unavailable` where it was changed meanwhile, and what writing throws: it is then as it
  ///   was.
  func write() throws(VaultError) -> String? {
    try checkIsUnchanged()
    let note = try update.replaceKeepingAccess(with: text)
    guard let written = try update.readSecret(), written.isEqual(to: text) else {
      throw VaultError(
        .unavailable,
        "\(source.place.path) was written by another program right after us: look at it, and try again"
      )
    }
    return note
  }

  /// Whether the file is certainly not as it was to be: one of which the write failed at its very end
  /// may be, and one that cannot be read.
  var isUnmade: Bool {
    guard let found = try? update.readSecret() else { return false }
    return (try? found.hasDigest(undo.after)) == false
  }

  private func checkIsUnchanged() throws(VaultError) {
    if let found = try update.readSecret(), try found.hasDigest(undo.before) { return }
    throw VaultError(
      .unavailable,
      "\(source.place.path) was changed by another program meanwhile, so it stays as it is: try again"
    )
  }
}

extension FileUpdate {
  /// As the other; a property of a class can be lent, but not its bytes.
  fileprivate borrowing func replaceKeepingAccess(
    with text: borrowing SecretBytes
  ) throws(VaultError) -> String? {
    try replaceKeepingAccess(with: text.bytes)
  }
}
