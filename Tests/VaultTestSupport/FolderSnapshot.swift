internal import Glibc

/// The plain files and folders below a folder, as they were at one moment.
///
/// Modes are not kept: files come back with 0600 and folders with 0700, as the vault makes them.
package struct FolderSnapshot {
  private let folder: String
  private let folders: [String]
  private let contents: [(path: String, bytes: [UInt8])]

  /// Takes it.
  package init(of folder: String) throws {
    self.folder = folder
    folders = subfolders(of: folder)
    contents = try files(below: folder).map { ($0, try readFile($0)) }
  }

  /// Puts everything back at the same place, and takes away what came since.
  package func restore() throws {
    emptyFolder(folder)
    for folder in folders { _ = unsafe mkdir(folder, 0o700) }
    for (path, bytes) in contents { try writeFile(path, bytes) }
  }
}
