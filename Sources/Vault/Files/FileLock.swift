internal import SealedFormat
internal import CLinux
internal import Glibc

/// An exclusive hold on a file's writers, given back by the kernel when the process ends however it
/// ends.
///
/// It is an open-file-description lock on a file of its own beside the file, because the file itself
/// is replaced by each write.
struct FileLock: ~Copyable {
  /// How long a writer waits for the others.
  static let usualTimeout = Duration.seconds(30)

  private let descriptor: Int32

  /// Waits for the lock on `name` inside `folder`.
  ///
  /// - Parameters:
  ///   - name: The file whose writers are held off; the lock itself is `.name.lock`.
  ///   - folder: Where it lies.
  ///   - timeout: How long to wait.
  /// - Throws: `unavailable` if others keep it for longer, or the file system has no locks.
  init(
    name: String, in folder: borrowing FolderHandle, timeout: Duration = usualTimeout
  ) throws(VaultError) {
    let lockName = Self.fileName(for: name)
    let path = folder.path(of: lockName)
    while true {
      let opened = try Self.open(lockName, path: path, in: folder)
      do throws(VaultError) {
        try waitForLock(opened, path: path, timeout)
      } catch {
        close(opened)
        throw error
      }
      // The previous holder may have unlinked the file; a lock on an unlinked inode excludes nobody.
      if Self.isSame(opened, as: lockName, in: folder) {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  /// Opens the lock's file, and makes it if it is missing.
  private static func open(
    _ name: String, path: String, in folder: borrowing FolderHandle
  ) throws(VaultError) -> Int32 {
    do throws(SystemError) {
      return try checked {
        unsafe vault_openat(
          folder.descriptor, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      }
    } catch {
      guard error.number == EISDIR || error.number == ELOOP else {
        throw error.failing("cannot open the lock \(path)", as: .cannotCreate)
      }
      throw VaultError(
        .cannotCreate,
        "\(path) is a \(error.number == EISDIR ? "folder" : "symbolic link"), and writers lock a plain "
          + "file of that name: move it away", cause: error)
    }
  }

  /// Takes the lock if it is free at this moment; nil if it is not, and if there are no locks.
  init?(ifFree name: String, in folder: borrowing FolderHandle) {
    let lockName = Self.fileName(for: name)
    let opened = unsafe vault_openat(
      folder.descriptor, lockName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { return nil }
    guard vault_lock_file(opened) == 0, Self.isSame(opened, as: lockName, in: folder) else {
      close(opened)
      return nil
    }
    descriptor = opened
  }

  /// The name of the lock of a file.
  static func fileName(for name: String) -> String { ".\(name).lock" }

  private static func isSame(
    _ opened: Int32, as name: String, in folder: borrowing FolderHandle
  ) -> Bool {
    var own = stat()
    var named = stat()
    return unsafe fstat(opened, &own) == 0
      && fstatat(folder.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && own.st_ino == named.st_ino && own.st_dev == named.st_dev
  }

  deinit { close(descriptor) }
}

/// Tries again and again, because a wait inside the kernel could not be bounded.
private func waitForLock(
  _ descriptor: Int32, path: String, _ timeout: Duration
) throws(VaultError) {
  let deadline = SteadyClock.now + timeout
  var pause: UInt32 = 500
  while true {
    do throws(SystemError) {
      _ = try checked { vault_lock_file(descriptor) }
      return
    } catch {
      switch error.number {
      case EAGAIN, EACCES:
        guard SteadyClock.now < deadline else {
          throw VaultError(
            .unavailable,
            "another program has held \(path) for \(timeout): try again later")
        }
        usleep(pause + UInt32.random(in: 0..<pause))
        pause = min(pause * 2, 8_000)
      case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL:
        throw VaultError(
          .unavailable,
          "the file system of \(path) has no file locks (\(error.reason)), so nothing was written",
          cause: error, remedy: .useFileSystemWithLocks)
      default:
        throw error.failing("cannot lock \(path)", as: .unavailable)
      }
    }
  }
}
