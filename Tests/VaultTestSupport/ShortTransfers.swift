/// A library that, loaded before the others, makes the system take and give only a few bytes at once,
/// as a pipe, a network file system or a signal may.
package struct ShortTransfers {
  /// Whether it can be built here.
  package static let isAvailable = (try? compiler("--version").run().status) == 0

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <stdlib.h>
    #include <unistd.h>
    static size_t least(size_t count) {
      const char *text = getenv("MOST_BYTES");
      size_t most = text ? (size_t)atoi(text) : count;
      return count < most ? count : most;
    }
    ssize_t write(int file, const void *bytes, size_t count) {
      ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
      return next(file, bytes, least(count));
    }
    ssize_t read(int file, void *bytes, size_t count) {
      ssize_t (*next)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
      return next(file, bytes, least(count));
    }
    """

  private let folder: TemporaryFolder
  private var library: String { folder.path("short.so") }

  /// Builds it.
  package init() throws {
    folder = try TemporaryFolder()
    try writeFile(folder.path("short.c"), Self.source)
    let built = try Self.compiler("-shared", "-fPIC", "-o", library, folder.path("short.c")).run()
    guard built.status == 0 else { throw TestFailure("cannot build: \(built.errors)") }
  }

  /// The command with the library in it.
  package func preloaded(into command: Command, count: Int) -> Command {
    var command = command
    command.environment["LD_PRELOAD"] = library
    command.environment["MOST_BYTES"] = String(count)
    return command
  }

  /// The C compiler that comes with Swift.
  private static func compiler(_ arguments: String...) -> Command {
    Command(["clang"] + arguments, environment: Command.testEnvironment)
  }
}
