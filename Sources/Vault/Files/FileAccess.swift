internal import SealedFormat
internal import CLinux
internal import Glibc

/// Who may use a file, and the user's own notes on it: mode, group, access list and `user.` attributes.
///
/// The security label is not part of it, because the system gives each new file its own.
struct FileAccess {
  /// POSIX access lists, and those of NFS 4.
  private static let lists = ["system.posix_acl_access", "system.nfs4_acl"]
  private static let longestAttribute = 65_536  // XATTR_SIZE_MAX, also of a list of names

  /// The permission bits without setuid, setgid and sticky.
  private let mode: mode_t
  private let group: gid_t
  private let accessLists: [String: [UInt8]]
  private let notes: [String: [UInt8]]

  /// Reads them from a plain file of the user; nil if there is none.
  init?(of name: String, in folder: borrowing FolderHandle) throws(SystemError) {
    let file = unsafe vault_openat(
      folder.descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    _ = try checked { unsafe fstat(file, &status) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == ProcessUser.id else { return nil }
    mode = status.st_mode & 0o777
    group = status.st_gid
    var (lists, notes): ([String: [UInt8]], [String: [UInt8]]) = ([:], [:])
    for name in Self.lists { lists[name] = try Self.attribute(name, of: file) }
    for name in try Self.attributeNames(of: file) where name.utf8.starts(with: "user.".utf8) {
      notes[name] = try Self.attribute(name, of: file)
    }
    accessLists = lists
    self.notes = notes
  }

  /// Gives the `user.` attributes to a new file.
  func giveNotes(to file: Int32) throws(SystemError) {
    for (name, value) in notes {
      _ = try checked {
        unsafe value.withUnsafeBytes {
          unsafe vault_set_attribute(file, name, $0.baseAddress, $0.count)
        }
      }
    }
  }

  /// Gives everything to a new, empty file of mode 0600.
  ///
  /// The mode and the access list come last, so that at no moment more people can open the new file than
  /// the old one. If this throws, the caller gives the file mode 0600 again.
  func give(to file: Int32) throws(SystemError) {
    try giveNotes(to: file)
    var status = stat()
    _ = try checked { unsafe fstat(file, &status) }
    if status.st_gid != group { _ = try checked { fchown(file, uid_t.max, group) } }
    // A list that the folder gave to the new file would gain effect with the mode.
    if accessLists.isEmpty { try Self.removeList(of: file) }
    for (name, value) in accessLists {
      _ = try checked {
        unsafe value.withUnsafeBytes {
          unsafe vault_set_attribute(file, name, $0.baseAddress, $0.count)
        }
      }
    }
    // A list says it all, and a change of mode would change the list.
    if accessLists.isEmpty { _ = try checked { fchmod(file, mode) } }
  }

  /// Makes a file that everybody can read its owner's alone; returns whether it was such a file.
  ///
  /// A file that is closed to everybody keeps its group, because somebody chose that.
  static func closeToOthers(_ file: Int32) throws(SystemError) -> Bool {
    var status = stat()
    _ = try checked { unsafe fstat(file, &status) }
    guard status.st_mode & 0o007 != 0 else { return false }
    _ = try checked { fchmod(file, 0o600) }
    return true
  }

  private static func removeList(of file: Int32) throws(SystemError) {
    do throws(SystemError) {
      _ = try checked { unsafe vault_remove_attribute(file, lists[0]) }
    } catch {
      guard error.number == ENODATA || error.number == EOPNOTSUPP else { throw error }
    }
  }

  /// The value of an attribute; nil if the file or its file system has none of that name.
  private static func attribute(_ name: String, of file: Int32) throws(SystemError) -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: longestAttribute)
    do throws(SystemError) {
      let count = try checked { unsafe vault_attribute(file, name, &value, value.count) }
      return Array(value.prefix(count))
    } catch {
      guard error.number == ENODATA || error.number == EOPNOTSUPP else { throw error }
      return nil
    }
  }

  private static func attributeNames(of file: Int32) throws(SystemError) -> [String] {
    var names = [UInt8](repeating: 0, count: longestAttribute)
    do throws(SystemError) {
      let count = try checked { unsafe vault_attribute_names(file, &names, names.count) }
      return names.prefix(count).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      guard error.number == EOPNOTSUPP else { throw error }
      return []
    }
  }
}
