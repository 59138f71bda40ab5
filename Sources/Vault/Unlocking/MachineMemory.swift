internal import Glibc

/// How much memory this process may use.
package enum MachineMemory {
  /// The machine's memory or the control group's limit, whichever is less, in KiB.
  package static func available() -> UInt64 {
    var limit =
      UInt64(max(sysconf(Int32(_SC_PHYS_PAGES)), 0)) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    for folder in controlGroupFolders() {
      if let text = text(of: folder + "/memory.max"), let bytes = UInt64(text) {
        limit = min(limit, bytes)
      }
    }
    return limit / 1024
  }

  /// The folders of this process's control group (version 2) and its parents.
  private static func controlGroupFolders() -> [String] {
    guard let line = text(of: "/proc/self/cgroup"), line.hasPrefix("0::/"), !line.contains("..")
    else { return [] }
    var folders = ["/sys/fs/cgroup"]
    for part in line.dropFirst("0::/".count).split(separator: "/") {
      folders.append((folders.last ?? "") + "/" + part)
    }
    return folders
  }

  /// The last line of a small file of the kernel's, or nil.
  private static func text(of path: String) -> String? {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    defer { close(opened) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(opened, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").last.map(
      String.init)
  }
}
