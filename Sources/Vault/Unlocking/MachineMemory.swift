internal import SealedFormat
internal import Glibc

/// How much memory this process may use.
package enum MachineMemory {
  /// The machine's memory or the control group's limit, whichever is less, in KiB.
  package static func available() -> UInt64 {
    var limit =
      UInt64(max(sysconf(Int32(_SC_PHYS_PAGES)), 0)) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    for path in controlGroupLimits() {
      if let text = text(of: path)?.first, let bytes = UInt64(text) { limit = min(limit, bytes) }
    }
    return limit / 1024
  }

  /// The kernel's files with the limits of this process's control group and its parents, of version 2
  /// and of version 1, which older clusters have.
  private static func controlGroupLimits() -> [String] {
    var paths: [String] = []
    for line in text(of: "/proc/self/cgroup") ?? [] {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, !parts[2].contains("..") else { continue }
      var folder: String
      let name: String
      if parts[0] == "0" {
        (folder, name) = ("/sys/fs/cgroup", "memory.max")
      } else if parts[1].split(separator: ",").contains("memory") {
        (folder, name) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
      } else {
        continue
      }
      paths.append("\(folder)/\(name)")
      for part in parts[2].split(separator: "/") {
        folder += "/" + part
        paths.append("\(folder)/\(name)")
      }
    }
    return paths
  }

  /// The lines of a small file of the kernel's, or nil.
  private static func text(of path: String) -> [Substring]? {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    defer { close(opened) }
    guard let bytes = try? [UInt8](readingFrom: opened, limit: 65536, name: path) else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
