internal import SealedFormat
internal import CLinux

/// A kind of file system, as far as that tells who else has what is in it, and for how long.
package enum FileSystem: String, Sendable {
  case ext, xfs, btrfs, zfs, f2fs, bcachefs, overlay, nfs, ceph, lustre, gpfs
  /// tmpfs and ramfs: what is in them is gone with the machine's memory.
  case memory

  /// The kind that a file lies in, by the numbers of `statfs(2)` and of the file systems' own headers.
  ///
  /// Nil for what is not listed, which may lie on another machine: FUSE and 9p do not tell.
  package init?(of path: String) {
    self.init(number: unsafe vault_file_system_type(path))
  }

  /// The kind that an open file or folder lies in; nil as above.
  init?(ofDescriptor descriptor: Int32) {
    self.init(number: vault_open_file_system_type(descriptor))
  }

  private init?(number: Int) {
    switch UInt32(truncatingIfNeeded: number) {
    case 0xef53: self = .ext  // ext2 to ext4
    case 0x5846_5342: self = .xfs
    case 0x9123_683e: self = .btrfs
    case 0x2fc1_2fc1: self = .zfs
    case 0xf2f5_2010: self = .f2fs
    case 0xca45_1a4e: self = .bcachefs
    case 0x794c_7630: self = .overlay  // as in containers
    case 0x6969: self = .nfs
    case 0x00c3_6400: self = .ceph
    case 0x0bd0_0bd0: self = .lustre
    case 0x4750_4653: self = .gpfs
    case 0x0102_1994, 0x8584_58f6: self = .memory
    default: return nil
    }
  }

  /// Whether its files lie on this machine.
  var isLocal: Bool {
    switch self {
    case .ext, .xfs, .btrfs, .zfs, .f2fs, .bcachefs, .overlay, .memory: true
    case .nfs, .ceph, .lustre, .gpfs: false
    }
  }

  /// Whether old content outlives a change there, or others keep it.
  package var keepsOldContent: Bool {
    switch self {
    case .ext, .xfs, .memory: false
    case .btrfs, .zfs, .f2fs, .bcachefs, .overlay, .nfs, .ceph, .lustre, .gpfs: true
    }
  }
}
