internal import CLinux
internal import Glibc

/// A folder in which private files may lie for a while: on this machine, and best in memory.
package struct LendingPlace: Sendable {
  /// Its absolute path.
  package let path: String
  /// Whether only a file system in memory will do, as where nobody has named the folder.
  let isInMemory: Bool

  /// Where lent files may lie, the best place first; XDG_RUNTIME_DIR counts.
  package static func all(in environment: Environment) -> [LendingPlace] {
    var places: [LendingPlace] = []
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      places.append(LendingPlace(path: folder + "/vault", isInMemory: false))
    }
    // What a login makes, which a batch job does not always know of.
    let session = "/run/user/\(ownUser)"
    if isOwnFolder(session), !places.contains(where: { $0.path == session + "/vault" }) {
      places.append(LendingPlace(path: session + "/vault", isInMemory: false))
    }
    // Apptainer binds the last two into containers.
    for folder in ["/run/lock", "/dev/shm", "/tmp"] {
      places.append(LendingPlace(path: "\(folder)/vault-\(ownUser)", isInMemory: true))
    }
    return places
  }

  private static func isOwnFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_uid == ownUser
      && status.st_mode & S_IFMT == S_IFDIR
  }

  private var parent: String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  /// Opens it where it is there already and safe.
  func openExisting() -> FolderHandle? { try? FolderHandle(path: path) }

  /// Opens it, made where it is missing; nil where it will not do, with the reason for a person.
  func open(_ note: (String) -> Void) -> FolderHandle? {
    // Looked at before anything is made there.
    guard unsafe access(parent, F_OK) == 0 else { return nil }
    let kind = FileSystemKind(of: parent)
    guard kind == .memory || (kind == .local && !isInMemory) else {
      if !isInMemory { note("\(parent) is on no file system of this machine that is known") }
      return nil
    }
    do throws(VaultError) {
      // In a folder that belongs to all, the sticky bit keeps ours in its place.
      if !isInMemory { _ = try FolderHandle(path: parent) }
      return try FolderHandle(path: path, createIfMissing: true)
    } catch {
      note(error.message)
      return nil
    }
  }
}

/// Where a file system keeps its files, as far as that is known.
private enum FileSystemKind {
  case memory, local, other

  init(of path: String) {
    // What is not listed may lie on another machine: FUSE and 9p do not tell.
    switch UInt32(truncatingIfNeeded: unsafe vault_file_system_type(path)) {
    case 0x0102_1994, 0x8584_58f6: self = .memory  // tmpfs, ramfs
    case 0xef53,  // ext2 to ext4
      0x5846_5342,  // XFS
      0x9123_683e,  // btrfs
      0x2fc1_2fc1,  // ZFS
      0xf2f5_2010,  // F2FS
      0xca45_1a4e,  // bcachefs
      0x794c_7630:  // overlay, as in containers
      self = .local
    default: self = .other
    }
  }
}
