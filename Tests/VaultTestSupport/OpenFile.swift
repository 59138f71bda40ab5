internal import Glibc
internal import Synchronization

/// An open file that is closed when nothing holds it any more.
final class OpenFile {
  private(set) var descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Opens a file for reading.
  convenience init(reading path: String) throws {
    self.init(unsafe open(path, O_RDONLY | O_CLOEXEC))
    guard descriptor >= 0 else { throw TestFailure("cannot open \(path): \(errno)") }
  }

  deinit { close() }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// A file without a name, into which a program writes while we look on.
  static func unnamed() throws -> OpenFile {
    var template = Array("/tmp/vault-tests-output-XXXXXX".utf8CString)
    let descriptor = descriptorLock.withLock { _ in
      let descriptor = unsafe mkstemp(&template)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    }
    guard descriptor >= 0 else { throw TestFailure("cannot make a temporary file: \(errno)") }
    unsafe unlink(template)
    return OpenFile(descriptor)
  }

  /// A pipe whose ends no other child gets.
  static func pipe() throws -> (reading: OpenFile, writing: OpenFile) {
    try pair { ends in unsafe Glibc.pipe(&ends) }
  }

  /// A terminal: the side of the keyboard and screen, and the side of the program.
  static func terminal() throws -> (ours: OpenFile, theirs: OpenFile) {
    try pair { ends in
      var ours: Int32 = -1
      var theirs: Int32 = -1
      defer { ends = [ours, theirs] }
      return unsafe openpty(&ours, &theirs, nil, nil, nil)
    }
  }

  private static func pair(
    _ make: (inout [Int32]) -> Int32
  ) throws -> (OpenFile, OpenFile) {
    var ends: [Int32] = [-1, -1]
    let status = descriptorLock.withLock { _ in
      let status = make(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return status
    }
    guard status == 0 else { throw TestFailure("cannot make a pair of descriptors: \(errno)") }
    return (OpenFile(ends[0]), OpenFile(ends[1]))
  }

  /// Everything that is in it, wherever its offset is.
  func bytes() throws -> [UInt8] { try readAll(descriptor) }

  /// The whole lines that are in it.
  func lines() throws -> [Substring] {
    String(decoding: try bytes(), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }
}

/// Held where a descriptor is not yet marked to be closed in children, and where children start: a
/// pipe whose end got into another child would never come to its end.
let descriptorLock = Mutex(())
