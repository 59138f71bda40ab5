package import SealedFormat

/// The right to run a program for a key, which one process at a time has.
///
/// Who waited for it looks first for what the process before left, and runs nothing if that is there.
package struct ProgramTurn: ~Copyable {
  private let folder: FolderHandle
  private let name: String
  private let lock: FileLock

  /// Waits for the turn.
  ///
  /// - Parameters:
  ///   - key: A file name of our own, such as a hash.
  ///   - timeout: How long to wait.
  /// - Throws: `unavailable` if another process has it for longer, `configuration` if there is no
  ///   folder for locks.
  package init(
    key: String, in environment: Environment, timeout: Duration
  ) throws(VaultError) {
    let folder = try Self.folder(in: environment)
    let name = "run-" + key
    let lock = try FileLock(name: name, in: folder, timeout: timeout)
    self.folder = folder
    self.name = name
    self.lock = lock
  }

  private static func folder(in environment: Environment) throws(VaultError) -> FolderHandle {
    for place in LendingPlace.all(in: environment) {
      if let folder = place.open(createIfMissing: true, { _ in }) { return folder }
    }
    throw VaultError(
      .configuration,
      "there is no folder for locks: set XDG_RUNTIME_DIR to a folder of yours on this machine")
  }

  /// Removes the lock's file while it is still held.
  deinit { try? folder.remove(FileLock.fileName(for: name)) }

  package consuming func end() {}
}
