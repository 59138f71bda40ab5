internal import CLinux
internal import Glibc

/// What the system says of a file besides its content: how else what is in it can be read.
package struct FileFacts: Sendable {
  /// The permission bits.
  package let mode: UInt32
  /// How many names the file has.
  package let names: Int
  /// The file system's name, such as `btrfs`; nil for one that needs no word.
  package let fileSystem: FileSystem?

  /// A file system on which old content outlives a change, or that others keep.
  package enum FileSystem: String, Sendable {
    case btrfs, zfs, nfs, ceph, lustre, gpfs, overlay, f2fs, bcachefs
    /// In memory: gone with it.
    case memory
  }

  /// The number of the user for whom we act.
  package static var user: UInt32 { ownUser }

  /// Examines a file; nil where there is none.
  ///
  /// - Parameter path: Its path; a link is followed.
  package init?(path: String) {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    mode = status.st_mode & 0o7777
    names = Int(status.st_nlink)
    fileSystem = unsafe Self.fileSystem(vault_file_system_type(path))
  }

  /// By the numbers of `statfs(2)` and of the file systems' own headers.
  private static func fileSystem(_ type: Int) -> FileSystem? {
    switch UInt32(truncatingIfNeeded: type) {
    case 0x9123_683e: .btrfs
    case 0x2fc1_2fc1: .zfs
    case 0x6969: .nfs
    case 0x00c3_6400: .ceph
    case 0x0bd0_0bd0: .lustre
    case 0x4750_4653: .gpfs
    case 0x794c_7630: .overlay
    case 0xf2f5_2010: .f2fs
    case 0xca45_1a4e: .bcachefs
    case 0x0102_1994, 0x8584_58f6: .memory
    default: nil
    }
  }
}
