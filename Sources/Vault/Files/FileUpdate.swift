package import SealedFormat
internal import CLinux
internal import Glibc

/// A held lock on a file, with which it can be read and replaced without losing anybody's change.
package struct FileUpdate: ~Copyable {
  private let file: DurableFile
  private let folder: FolderHandle
  private let lock: FileLock

  init(of file: DurableFile) throws(VaultError) {
    let folder = try FolderHandle(path: file.folderPath, createIfMissing: true)
    guard !folder.isMountPoint(file.name) else {
      throw VaultError(
        .configuration,
        "\(file.path) is mounted by itself, so it cannot be replaced: mount its folder instead")
    }
    let lock = try FileLock(name: file.lockName, in: folder)
    self.file = file
    self.folder = folder
    self.lock = lock
  }

  /// Removes the lock file while the lock is held, unless it is in the vault's own folder.
  deinit {
    if file.owner != .vault { try? folder.remove(FileLock.fileName(for: file.lockName)) }
  }

  /// What the file holds now, or nil where there is none.
  package borrowing func read() throws(VaultError) -> [UInt8]? {
    guard let opened = try file.openChecked(in: folder) else { return nil }
    defer { close(opened.descriptor) }
    return try file.readBytes(opened)
  }

  /// As `read()`, for a file that holds secrets in the clear.
  package borrowing func readSecret() throws(VaultError) -> SecretBytes? {
    guard let opened = try file.openChecked(in: folder) else { return nil }
    defer { close(opened.descriptor) }
    return try file.readSecretBytes(opened)
  }

  /// Replaces the whole file, durably; only its owner may use it afterwards.
  ///
  /// - Throws: `inputOutput` or `cannotCreate`; the old content is then still in place.
  package borrowing func replace(with bytes: RawSpan) throws(VaultError) {
    let before = file.owner == .vault ? nil : try? FileAccess(of: file.name, in: folder)
    folder.sweepLeftovers(of: file.name)  // we hold the lock, so none of it is in use
    try folder.replace(file.name, with: bytes, isDurable: true) { try? before?.giveNotes(to: $0) }
  }

  /// Replaces the whole file, durably, and leaves it to the people who could use it before.
  ///
  /// - Parameter addsSecret: Whether it has a secret that it had not; then it is closed to everybody else,
  ///   whom the user may not have thought of.
  /// - Returns: A note for the user if fewer people can use it now.
  /// - Throws: `inputOutput` or `cannotCreate`; the old content is then still in place.
  package borrowing func replaceKeepingAccess(
    with bytes: RawSpan, addsSecret: Bool = false
  ) throws(VaultError) -> String? {
    folder.sweepLeftovers(of: file.name)  // we hold the lock, so none of it is in use
    var reason: String?
    var wasPublic = false
    try folder.replace(file.name, with: bytes, isDurable: true) { written in
      do throws(SystemError) {
        try FileAccess(of: file.name, in: folder)?.give(to: written)
        if addsSecret { wasPublic = try FileAccess.closeToOthers(written) }
      } catch {
        reason = error.reason
        _ = fchmod(written, 0o600)
      }
    }
    if wasPublic, reason == nil {
      return
        "\(file.path) could be read by everybody: now that a password is in it, only by its owner"
    }
    return reason.map {
      "the group, access list or attributes of \(file.path) could not be kept (\($0)), so only its "
        + "owner can use it now"
    }
  }

  /// Removes the file, durably; one that is not there is not an error.
  package borrowing func remove() throws(VaultError) {
    try folder.remove(file.name)
    try folder.synchronize()
  }
}
