internal import Glibc

/// Whether root runs the tests.
package var isRoot: Bool { geteuid() == 0 }

/// A small disk that can be filled; only root may mount one.
package final class TemporaryDisk {
  private let folder: TemporaryFolder
  /// The folder that it is mounted on.
  package var path: String { folder.path }
  private var filler: String { path + "/filler" }

  /// Mounts it.
  package init(kibibytes: Int) throws {
    folder = try TemporaryFolder()
    let mounted = try Command([
      "mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=0700", "vault-tests", folder.path,
    ]).run()
    guard mounted.status == 0 else { throw TestFailure("cannot mount: \(mounted.errors)") }
  }

  deinit { _ = try? Command(["umount", path]).run() }

  /// Leaves no free block.
  package func fill() throws {
    let descriptor = unsafe open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("cannot fill \(path): \(errno)") }
    defer { close(descriptor) }
    let block = [UInt8](repeating: 0, count: 4_096)
    while unsafe write(descriptor, block, block.count) > 0 {}
    guard errno == ENOSPC else { throw TestFailure("cannot fill \(path): \(errno)") }
  }

  /// Takes the filling out again.
  package func makeRoom() throws {
    guard unsafe unlink(filler) == 0 else { throw TestFailure("cannot empty \(path): \(errno)") }
  }
}
