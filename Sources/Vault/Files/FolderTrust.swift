internal import SealedFormat
internal import Glibc

/// What a folder must be like for its content to be relied on.
enum FolderTrust {
  /// The user's own.
  case user
  /// The user's or root's.
  case userOrRoot
  /// Also one of root that others may write to, if its sticky bit keeps them from each other's files.
  case userOrStickyRoot
  /// One for all users, such as /tmp: only what is in it can be trusted, by its own owner.
  case shared

  /// Refuses a folder in which others could replace the user's files.
  ///
  /// - Throws: `configuration`.
  func check(_ descriptor: Int32, path: String) throws(VaultError) {
    var status = stat()
    _ = try checked("cannot examine the folder \(path)") { unsafe fstat(descriptor, &status) }
    let isTrusted =
      switch self {
      case .user: status.st_uid == ProcessUser.id
      case .userOrRoot, .userOrStickyRoot: status.st_uid == ProcessUser.id || status.st_uid == 0
      case .shared: true
      }
    guard isTrusted else {
      throw VaultError(
        .configuration,
        "the folder \(path) belongs to another user (uid \(status.st_uid)): "
          + "choose a folder of your own")
    }
    let acceptsSticky =
      switch self {
      case .user, .userOrRoot: false
      case .userOrStickyRoot: status.st_uid == 0
      case .shared: true
      }
    guard status.st_mode & 0o022 == 0 || (acceptsSticky && status.st_mode & S_ISVTX != 0) else {
      throw VaultError(
        .configuration,
        "the folder \(path) can be written to by others: run  chmod go-w '\(path)'  first")
    }
  }
}
