package import SealedFormat
internal import CLinux
internal import Glibc

/// A private folder for lent files, which is gone with everything in it at the end of its scope.
///
/// If its owner is killed, the next one removes it. Everything is opened relative to the folder around
/// it and without following links, because a path may lead elsewhere a moment later.
package struct LentFolder: ~Copyable {
  private static let prefix = "lend-"
  /// Its lock excludes others who make or sweep folders here.
  private static let turnName = "lend"

  /// Its absolute path, links resolved.
  package let path: String
  private let name: String
  private let place: FolderHandle
  private let folder: FolderHandle
  private let marker: Int32

  /// Removes what killed owners left, and makes a folder.
  ///
  /// - Parameters:
  ///   - places: Where it may lie, the best place first.
  ///   - note: Is told why a better place is not used.
  /// - Throws: `configuration` where none of them will do, `cannotCreate` where the system refuses.
  package init(in places: [LendingPlace], note: (String) -> Void) throws(VaultError) {
    for place in places {
      // Also those that are not used this time: the killed one may have had another environment.
      guard let folder = place.open(createIfMissing: false, { _ in }) else { continue }
      Self.sweep(folder)
    }
    for place in places {
      guard let outer = place.open(createIfMissing: true, note) else { continue }
      self = try LentFolder(in: outer)
      return
    }
    throw VaultError(
      .configuration,
      "there is no place for lent files: set XDG_RUNTIME_DIR to a folder of yours on this machine that "
        + "nobody else can look into")
  }

  private init(in place: consuming FolderHandle) throws(VaultError) {
    let turn = try FileLock(name: Self.turnName, in: place)
    let name = Self.prefix + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let folder = try FolderHandle(name, in: place, createIfMissing: true)
    let marker: Int32
    do throws(VaultError) { marker = try LentMarker.make(in: folder) } catch {
      Self.removeTree(name, in: place.descriptor)
      throw error
    }
    withExtendedLifetime(turn) {}
    path = Path.resolved(folder.path) ?? folder.path
    self.name = name
    self.marker = marker
    self.folder = folder
    self.place = place
  }

  deinit {
    Self.removeTree(name, in: place.descriptor)
    close(marker)
  }

  /// Removes the folder now.
  package consuming func remove() {}

  /// Writes a file of mode 0600.
  ///
  /// - Parameter name: Its name, after that of a folder and a slash if it lies in one.
  /// - Throws: `cannotCreate` or `inputOutput`.
  package borrowing func write(_ name: String, _ bytes: RawSpan) throws(VaultError) {
    guard let inner = Path.folder(of: name) else {
      return try folder.replace(name, with: bytes, isDurable: false)
    }
    try FolderHandle(inner, in: folder)
      .replace(Path.name(of: name), with: bytes, isDurable: false)
  }

  /// Makes a folder inside, with links to some files.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - targets: The absolute paths of the files; each link has its file's name.
  /// - Throws: `cannotCreate`.
  package borrowing func makeFolder(_ name: String, linking targets: [String]) throws(VaultError) {
    _ = try FolderHandle(name, in: folder, createIfMissing: true)
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
    _ = try checked("cannot make the link \(folder.path(of: name))", as: .cannotCreate) {
      unsafe symlinkat(target, folder.descriptor, name)
    }
  }

  // MARK: Removal

  /// Removes the folders that have our marker and no living owner, as far as that can be done.
  private static func sweep(_ place: borrowing FolderHandle) {
    let names = ((try? place.names()) ?? []).filter { $0.utf8.starts(with: prefix.utf8) }
    guard !names.isEmpty, let turn = try? FileLock(name: turnName, in: place) else { return }
    defer { withExtendedLifetime(turn) {} }
    for name in names {
      guard let folder = try? FolderHandle(name, in: place),
        let marker = LentMarker.open(in: folder)
      else { continue }
      if vault_lock_file(marker) == 0 { removeTree(name, in: place.descriptor) }
      close(marker)
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
