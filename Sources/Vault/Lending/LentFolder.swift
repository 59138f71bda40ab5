package import SealedFormat
internal import CLinux
internal import Glibc

/// A private folder for lent files, which is gone with everything in it at the end of its scope.
///
/// A lock tells whether its owner still lives, so that what a killed one left is removed by the next.
package struct LentFolder: ~Copyable {
  private static let prefix = "lend-"
  private static let lockName = ".owner"
  /// Holds off who else makes or sweeps folders here.
  private static let turnName = "lend"

  /// Its absolute path, links resolved.
  package let path: String
  private let name: String
  private let place: FolderHandle
  private let lock: Int32

  /// Removes what killed owners left, and makes a folder.
  ///
  /// - Parameters:
  ///   - places: Where it may lie, the best place first.
  ///   - note: Is told why a better place is not used.
  /// - Throws: `configuration` where none of them will do, `cannotCreate` where the system refuses.
  package init(in places: [LendingPlace], note: (String) -> Void) throws(VaultError) {
    for place in places {
      // Also those that are not used this time: the killed one may have had another environment.
      guard let folder = place.openExisting() else { continue }
      Self.sweep(folder)
    }
    for place in places {
      guard let folder = place.open(note) else { continue }
      let turn = try FileLock(name: Self.turnName, in: folder)
      let name = Self.prefix + String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let path = folder.path(of: name)
      _ = try checked("cannot make the folder \(path)", as: .cannotCreate) {
        unsafe mkdirat(folder.descriptor, name, 0o700)
      }
      let lockPath = name + "/" + Self.lockName
      let lock = try checked("cannot make \(path)/\(Self.lockName)", as: .cannotCreate) {
        unsafe vault_openat(
          folder.descriptor, lockPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      }
      _ = try checked("cannot lock \(path)", as: .unavailable) { vault_lock_file(lock) }
      withExtendedLifetime(turn) {}
      self.path = Path.resolved(path) ?? path
      self.name = name
      self.lock = lock
      self.place = folder
      return
    }
    throw VaultError(
      .configuration,
      "there is no place for lent files: set XDG_RUNTIME_DIR to a folder of yours on this machine that "
        + "nobody else can look into")
  }

  deinit {
    Self.removeTree(name, in: place.descriptor)
    close(lock)
  }

  /// Removes the folder now.
  package consuming func remove() {}

  /// Writes a file of mode 0600.
  ///
  /// - Parameters:
  ///   - name: Its name, with that of a folder before it where it lies in one.
  ///   - bytes: All of it.
  /// - Throws: `cannotCreate` or `inputOutput`.
  package borrowing func write(_ name: String, _ bytes: RawSpan) throws(VaultError) {
    let file = "\(path)/\(name)"
    let folder = try FolderHandle(path: Path.folder(of: file) ?? path)
    try folder.replace(Path.name(of: file), with: bytes, isDurable: false)
  }

  /// Makes a folder inside, with links to some files.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - targets: The absolute paths of the files; each link has its file's name.
  /// - Throws: `cannotCreate`.
  package borrowing func makeFolder(_ name: String, linking targets: [String]) throws(VaultError) {
    let path = "\(path)/\(name)"
    _ = try checked("cannot make the folder \(path)", as: .cannotCreate) {
      unsafe mkdir(path, 0o700)
    }
    for target in targets {
      try link(target, as: "\(name)/\(Path.name(of: target))")
    }
  }

  /// Makes a link inside.
  ///
  /// - Parameters:
  ///   - target: The absolute path that it leads to.
  ///   - name: Its name, with that of its folder.
  /// - Throws: `cannotCreate`.
  package borrowing func link(_ target: String, as name: String) throws(VaultError) {
    let path = "\(path)/\(name)"
    _ = try checked("cannot make the link \(path)", as: .cannotCreate) {
      unsafe symlink(target, path)
    }
  }

  // MARK: Removal

  /// Removes the folders whose owners are gone, as far as that can be done.
  private static func sweep(_ folder: borrowing FolderHandle) {
    let names = ((try? folder.names()) ?? []).filter { $0.hasPrefix(prefix) }
    guard !names.isEmpty, let turn = try? FileLock(name: turnName, in: folder) else { return }
    defer { withExtendedLifetime(turn) {} }
    for name in names {
      let lock = unsafe vault_openat(
        folder.descriptor, name + "/" + lockName, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0)
      // Without a lock its owner was killed at the very beginning: with our turn, nobody is there now.
      let isDead = lock < 0 ? errno == ENOENT : vault_lock_file(lock) == 0
      if isDead { removeTree(name, in: folder.descriptor) }
      if lock >= 0 { close(lock) }
    }
  }

  /// Removes a folder and what is in it; what a link leads to stays.
  private static func removeTree(_ name: String, in folder: Int32) {
    let opened = unsafe vault_openat(
      folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
    if opened >= 0 {
      if let stream = unsafe fdopendir(opened) {
        for inner in unsafe FolderHandle.names(in: stream) {
          if unsafe unlinkat(opened, inner, 0) != 0 { removeTree(inner, in: opened) }
        }
        unsafe closedir(stream)
      } else {
        close(opened)
      }
    }
    _ = unsafe unlinkat(folder, name, AT_REMOVEDIR)
  }
}
