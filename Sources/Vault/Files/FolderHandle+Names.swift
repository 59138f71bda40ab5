internal import SealedFormat
internal import CLinux
internal import Glibc

extension FolderHandle {
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
    return unsafe Self.names(in: stream)
  }

  /// The names of everything in a folder, in order; nil if it does not exist or cannot be read.
  package static func names(at path: String) -> [String]? {
    guard let stream = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(stream) }
    return unsafe names(in: stream).sorted()
  }

  /// The names that an open folder has left to give, without `.` and `..`.
  static func names(in stream: OpaquePointer) -> [String] {
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a folder if it is empty.
  package static func removeIfEmpty(_ path: String) {
    _ = unsafe rmdir(path)
  }
}
