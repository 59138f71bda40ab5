package import SealedFormat
internal import Glibc

// Paths as the file system resolves them.

extension Path {
  /// Whether anything is at a path; links are followed.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The path without links and dots, or nil if nothing is there.
  package static func resolved(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The path with the links and dots of its folders resolved, as far as these exist: one file, one
  /// path, also after its folder is gone.
  package static func resolvingFolder(of path: String) -> String {
    var missing = [name(of: path)]
    for folder in folders(above: path) where folder != "/" {
      if let resolved = resolved(folder) { return missing.reduce(resolved) { of($1, in: $0) } }
      missing.insert(name(of: folder), at: 0)
    }
    return path
  }

  /// Whether the last part of a path is a link.
  static func isLink(_ path: String) -> Bool {
    var target: CChar = 0
    return unsafe readlink(path, &target, 1) >= 0
  }
}
