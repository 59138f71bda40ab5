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
  /// - Throws: `configuration` for a folder that another user owns or may write to; `cannotCreate`
  ///   or `inputOutput` where the system refuses. A missing folder is an `inputOutput` error whose
  ///   cause is a `SystemError` with `ENOENT`.
  package init(path: String, createIfMissing: Bool = false) throws(VaultError) {
    if createIfMissing { try makeFolders(path) }
    try self.init(path: path, trust: .userOrRoot)
  }

  /// Opens a folder by its path, links on the way followed.
  ///
  /// - Throws: `configuration` for an unsafe one, `inputOutput` where the system refuses.
  init(path: String, trust: FolderTrust) throws(VaultError) {
    let opened = try checked("cannot open the folder \(path)") {
      unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    do throws(VaultError) { try trust.check(opened, path: path) } catch {
      close(opened)
      throw error
    }
    descriptor = opened
    self.path = path
  }

  /// Opens a folder of the user's own inside another one; a link is not followed.
  ///
  /// - Parameter createIfMissing: Whether to make it with mode 0700.
  /// - Throws: As the other, and `configuration` for a link.
  init(
    _ name: String, in parent: borrowing FolderHandle, createIfMissing: Bool = false
  ) throws(VaultError) {
    let path = parent.path(of: name)
    if createIfMissing {
      do throws(SystemError) {
        _ = try checked { unsafe mkdirat(parent.descriptor, name, 0o700) }
      } catch {
        guard error.number == EEXIST else {
          throw error.failing("cannot make the folder \(path)", as: .cannotCreate)
        }
      }
    }
    let opened: Int32
    do throws(SystemError) {
      opened = try checked {
        unsafe vault_openat(
          parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
      }
    } catch {
      let isOther = error.number == ENOTDIR || error.number == ELOOP
      throw error.failing(
        "cannot open the folder \(path)", as: isOther ? .configuration : .inputOutput)
    }
    do throws(VaultError) { try FolderTrust.user.check(opened, path: path) } catch {
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

  /// The kind of file system that it lies in; nil for one that is not known.
  var fileSystem: FileSystem? { FileSystem(ofDescriptor: descriptor) }

  /// Makes renames and removals inside the folder last through a power cut.
  borrowing func synchronize() throws(VaultError) {
    _ = try checked("cannot make the change to \(path) durable") { fsync(descriptor) }
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
