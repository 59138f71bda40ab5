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
  /// - Throws: `configuration` for a folder that somebody else owns or may write to; `cannotCreate`
  ///   or `inputOutput` where the system refuses. A missing folder is an `inputOutput` error whose
  ///   cause is a `SystemError` with `ENOENT`.
  package init(path: String, createIfMissing: Bool = false) throws(VaultError) {
    if createIfMissing { try makeFolders(path) }
    let opened = try checked("cannot open the folder \(path)") {
      unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    do throws(VaultError) { try checkIsSafe(opened, path: path) } catch {
      close(opened)
      throw error
    }
    descriptor = opened
    self.path = path
  }

  deinit { close(descriptor) }

  /// The full path of something inside, for messages.
  package borrowing func path(of name: String) -> String {
    path == "/" ? "/" + name : path + "/" + name
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

  /// The names of everything inside.
  borrowing func names() throws(VaultError) -> [String] {
    let copy = try checked("cannot list \(path)") {
      unsafe vault_openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    guard let stream = unsafe fdopendir(copy) else {
      let failure = SystemError(number: errno)
      close(copy)
      throw failure.failing("cannot list \(path)")
    }
    defer { unsafe closedir(stream) }
    return unsafe entryNames(stream)
  }
}

/// The names of everything in a folder, in order; nil where it is not there or not for us.
package func folderContents(_ path: String) -> [String]? {
  guard let stream = unsafe opendir(path) else { return nil }
  defer { unsafe closedir(stream) }
  return unsafe entryNames(stream).filter { $0 != "." && $0 != ".." }.sorted()
}

/// The names in a folder, among them `.` and `..`.
func entryNames(_ stream: OpaquePointer) -> [String] {
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    names.append(
      unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      })
  }
  return names
}

/// Whom we act for; asked once, as every file and folder is compared with it.
let ownUser = geteuid()

/// Refuses a folder in which others could replace our files.
private func checkIsSafe(_ descriptor: Int32, path: String) throws(VaultError) {
  var status = stat()
  _ = try checked("cannot examine the folder \(path)") { unsafe fstat(descriptor, &status) }
  guard status.st_uid == ownUser || status.st_uid == 0 else {
    throw VaultError(
      .configuration,
      "the folder \(path) belongs to another user (uid \(status.st_uid)): "
        + "choose a folder of your own")
  }
  guard status.st_mode & 0o022 == 0 else {
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
    guard error.number == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex
    else { throw error.failing("cannot make the folder \(path)", as: .cannotCreate) }
    let parent = String(path[..<slash])
    try makeFolders(parent)
    // Not again by itself: a parent that is a link to nothing is there, and nothing can be made in it.
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

/// Removes a folder that has nothing in it; any other stays.
package func removeFolderIfEmpty(_ path: String) {
  _ = unsafe rmdir(path)
}
