internal import SealedFormat
internal import CLinux
internal import Glibc

/// The file that makes a folder one of lent files, and whose lock tells whether the command that they
/// are lent to still runs.
enum LentMarker {
  static let name = ".vault-lent"
  private static let content = Array("vault-lent-1\n".utf8)

  /// Makes the marker in a new folder, and locks it until its descriptor is closed.
  static func make(in folder: borrowing FolderHandle) throws(VaultError) -> Int32 {
    let path = folder.path(of: name)
    let file = try checked("cannot make \(path)", as: .cannotCreate) {
      unsafe vault_openat(
        folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    do throws(VaultError) {
      _ = try checked("cannot lock \(path)", as: .unavailable) { vault_lock_file(file) }
      try content.bytes.write(to: file, name: path)
    } catch {
      close(file)
      throw error
    }
    return file
  }

  /// Opens the marker of a folder; nil if it has none that is the user's.
  static func open(in folder: borrowing FolderHandle) -> Int32? {
    let file = unsafe vault_openat(
      folder.descriptor, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
    guard file >= 0 else { return nil }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == ProcessUser.id, status.st_size == content.count,
      (try? [UInt8](capacity: content.count, readingFrom: file, name: name)) == content
    else {
      close(file)
      return nil
    }
    return file
  }
}
