internal import SealedFormat
internal import Glibc

/// What the system says of a file besides its content: how else what is in it can be read.
package struct FileFacts: Sendable {
  /// The permission bits.
  package let mode: UInt32
  /// The number of the user whom it belongs to.
  package let owner: UInt32
  /// How many names the file has.
  package let names: Int
  /// The kind of file system that it lies in; nil for one that is not known.
  package let fileSystem: FileSystem?

  /// Whether there is a file, or may be one in a folder that is not for us.
  ///
  /// - Parameter path: Its path; a link is followed.
  /// - Returns: False only where it is certain that there is none.
  package static func isThere(_ path: String) -> Bool {
    var status = Glibc.stat()
    return unsafe stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Examines a file; nil where there is none.
  ///
  /// - Parameter path: Its path; a link is followed.
  package init?(path: String) {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    names = Int(status.st_nlink)
    fileSystem = FileSystem(of: path)
  }
}
