internal import CLinux
internal import Glibc

/// A held lock on a file, with which it can be read and replaced without losing anybody's change.
package struct FileUpdate: ~Copyable {
  private let file: DurableFile
  private let folder: FolderHandle
  private let lock: FileLock

  fileprivate static let temporarySuffix = ".tmp"

  init(of file: DurableFile) throws(VaultError) {
    let folder = try FolderHandle(path: file.folderPath, createIfMissing: true)
    let lock = try FileLock(name: file.name, in: folder)
    self.file = file
    self.folder = folder
    self.lock = lock
  }

  /// What the file holds now, or nil where there is none.
  package borrowing func read() throws(VaultError) -> [UInt8]? {
    guard let opened = try file.openChecked(in: folder) else { return nil }
    defer { close(opened) }
    return try file.readBytes(opened)
  }

  /// As `read()`, for a file that holds secrets in the clear.
  package borrowing func readSecret() throws(VaultError) -> SecretBytes? {
    guard let opened = try file.openChecked(in: folder) else { return nil }
    defer { close(opened) }
    return try file.readSecretBytes(opened)
  }

  /// Replaces the whole file, durably, with mode 0600.
  ///
  /// The new bytes are on the disk before the file gets its name; until then the old file stands.
  ///
  /// - Parameter bytes: The new content.
  /// - Throws: `inputOutput` or `cannotCreate`; the old content is then still in place.
  package borrowing func replace(with bytes: RawSpan) throws(VaultError) {
    try sweepLeftovers()
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = ".\(file.name).\(suffix)\(Self.temporarySuffix)"
    let path = folder.path(of: temporary)
    let opened = try checked("cannot make \(path)", as: .cannotCreate) {
      unsafe vault_openat(
        folder.descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    do throws(VaultError) {
      try write(bytes, to: opened, path: path)
      _ = try checked("cannot replace \(file.path)") {
        unsafe renameat(folder.descriptor, temporary, folder.descriptor, file.name)
      }
    } catch {
      try? folder.remove(temporary)
      throw error
    }
    try folder.synchronize()
  }

  private borrowing func write(
    _ bytes: RawSpan, to descriptor: Int32, path: String
  ) throws(VaultError) {
    var open = true
    defer { if open { close(descriptor) } }
    _ = try checked("cannot set the mode of \(path)") { fchmod(descriptor, 0o600) }
    try bytes.write(to: descriptor, name: path)
    _ = try checked("cannot make \(path) durable") { fsync(descriptor) }
    open = false
    // NFS reports a full disk or quota here; a close that failed must not be tried again.
    guard close(descriptor) == 0 || errno == EINTR else {
      throw SystemError(number: errno).failing("cannot close \(path)")
    }
  }

  /// Removes what a writer that was killed left behind.
  ///
  /// We hold the lock, so none of it is in use.
  private borrowing func sweepLeftovers() throws(VaultError) {
    let prefix = ".\(file.name)."
    for name in try folder.names()
    where name.hasPrefix(prefix) && name.hasSuffix(Self.temporarySuffix) {
      try folder.remove(name)
    }
  }
}
