package import SealedFormat
internal import CLinux
internal import Glibc

/// An open folder.
///
/// Everything inside is named relative to it, so that nobody can swap the folder under a writer by
/// moving a path.
package struct FolderHandle: ~Copyable {
  let descriptor: Int32
  /// The path it was opened by, for messages.
  package let path: String

  /// Opens a folder that only its owner can write to.
  ///
  /// - Parameters:
  ///   - path: The folder; links on the way are followed, what counts is the folder they end at.
  ///   - createIfMissing: Whether to make it, and its parents, with mode 0700.
  ///   - acceptsSticky: Whether others may write to it if it belongs to root and has the sticky bit.
  /// - Throws: `configuration` for a folder that somebody else owns or may write to; `cannotCreate`
  ///   or `inputOutput` where the system refuses. A missing folder is an `inputOutput` error whose
  ///   cause is a `SystemError` with `ENOENT`.
  package init(
    path: String, createIfMissing: Bool = false, acceptsSticky: Bool = false
  ) throws(VaultError) {
    if createIfMissing { try makeFolders(path) }
    let opened = try checked("cannot open the folder \(path)") {
      unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    do throws(VaultError) { try checkIsSafe(opened, path: path, acceptsSticky) } catch {
      close(opened)
      throw error
    }
    descriptor = opened
    self.path = path
  }

  deinit { close(descriptor) }

  /// The full path of something inside, for messages.
  package borrowing func path(of name: String) -> String {
    Path.of(name, in: path)
  }

  /// Makes renames and removals inside the folder last through a power cut.
  borrowing func synchronize() throws(VaultError) {
    _ = try checked("cannot make the change to \(path) durable") { fsync(descriptor) }
  }

  /// The mode of a file inside, without its type; nil where there is none.
  borrowing func mode(of name: String) -> mode_t? {
    var status = stat()
    guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return status.st_mode & 0o777
  }

  /// Removes a file inside; one that is not there is not an error.
  borrowing func remove(_ name: String) throws(VaultError) {
    do throws(SystemError) {
      _ = try checked { unsafe unlinkat(descriptor, name, 0) }
    } catch {
      guard error.number == ENOENT else {
        throw error.failing("cannot remove \(path(of: name))")
      }
    }
  }
}

/// Refuses a folder in which others could replace our files.
private func checkIsSafe(
  _ descriptor: Int32, path: String, _ acceptsSticky: Bool
) throws(VaultError) {
  var status = stat()
  _ = try checked("cannot examine the folder \(path)") { unsafe fstat(descriptor, &status) }
  guard status.st_uid == ProcessUser.id || status.st_uid == 0 else {
    throw VaultError(
      .configuration,
      "the folder \(path) belongs to another user (uid \(status.st_uid)): "
        + "choose a folder of your own")
  }
  let isSticky = status.st_mode & S_ISVTX != 0 && status.st_uid == 0
  guard status.st_mode & 0o022 == 0 || (acceptsSticky && isSticky) else {
    throw VaultError(
      .configuration,
      "the folder \(path) can be written to by others: run  chmod go-w '\(path)'  first")
  }
}

/// Makes a folder and its missing parents, each with mode 0700.
private func makeFolders(_ path: String) throws(VaultError) {
  do throws(SystemError) {
    _ = try checked { unsafe mkdir(path, 0o700) }
  } catch {
    if error.number == EEXIST { return }
    guard error.number == ENOENT, let parent = Path.folder(of: path), parent != "/" else {
      throw error.failing("cannot make the folder \(path)", as: .cannotCreate)
    }
    try makeFolders(parent)
    // Do not recurse again: a dangling symlink exists, but nothing can be created inside it.
    do throws(SystemError) {
      _ = try checked { unsafe mkdir(path, 0o700) }
    } catch {
      if error.number == EEXIST { return }
      throw error.failing(
        "cannot make the folder \(path), as if \(parent) were a link that leads nowhere",
        as: .cannotCreate)
    }
  }
}
