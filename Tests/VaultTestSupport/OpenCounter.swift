internal import Glibc

/// Counts how often a file is opened, by inotify(7).
package final class OpenCounter {
  private let descriptor: Int32
  private let name: String

  package init(of path: String) throws {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { throw TestFailure("inotify: \(errno)") }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    name = String(parts.last ?? "")
    // With the closing in between, no two events are equal, so the kernel joins none.
    let events = UInt32(IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)
    guard unsafe inotify_add_watch(descriptor, parts.dropLast().joined(separator: "/"), events) >= 0
    else {
      throw TestFailure("inotify_add_watch: \(errno)")
    }
  }

  deinit { close(descriptor) }

  /// How many times the file was opened until now.
  package func count() throws -> Int {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let length = unsafe read(descriptor, &bytes, bytes.count)
    guard length > 0 else { return 0 }
    var count = 0
    var offset = 0
    while offset + 16 <= length {
      // struct inotify_event: wd, mask, cookie, len and a name that is filled up with NULs.
      let (mask, size) = (word(bytes, offset + 4), Int(word(bytes, offset + 12)))
      let found = bytes[(offset + 16)..<(offset + 16 + size)].prefix { $0 != 0 }
      if mask & UInt32(IN_OPEN) != 0, found.elementsEqual(name.utf8) { count += 1 }
      offset += 16 + size
    }
    return count
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }
}
