internal import Glibc

/// A folder that is gone, with everything in it, when nothing holds it any more.
package final class TemporaryFolder {
  package let path: String

  /// Makes it, with mode 0700.
  package init() throws {
    var template = Array("/tmp/vault-tests-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw TestFailure("cannot make a temporary folder: \(errno)")
    }
    path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { removeTree(path) }

  /// The path of something inside.
  package func path(_ name: String) -> String { path + "/" + name }
}

/// The bytes of a file.
package func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw TestFailure("cannot open \(path): \(errno)") }
  defer { close(descriptor) }
  return try readAll(descriptor)
}

/// The content of a file as text.
package func text(at path: String) throws -> String {
  String(decoding: try readFile(path), as: UTF8.self)
}

/// The permission bits of a file or folder; a link is not followed.
package func mode(of path: String) throws -> UInt32 {
  var status = stat()
  guard unsafe lstat(path, &status) == 0 else { throw TestFailure("cannot stat \(path): \(errno)") }
  return status.st_mode & 0o7777
}

/// Makes a file, or replaces what one holds.
package func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
  guard descriptor >= 0 else { throw TestFailure("cannot make \(path): \(errno)") }
  defer { close(descriptor) }
  try writeAll(bytes, to: descriptor)
}

/// Makes a text file, or replaces what one holds.
package func writeFile(_ path: String, _ text: String, mode: UInt32 = 0o600) throws {
  try writeFile(path, Array(text.utf8), mode: mode)
}

/// Gives a file or folder a mode, whatever the umask.
package func setMode(_ mode: UInt32, of path: String) throws {
  guard unsafe chmod(path, mode) == 0 else { throw TestFailure("cannot chmod \(path): \(errno)") }
}

/// Every plain file below a folder.
package func files(below folder: String) -> [String] {
  var found: [String] = []
  for entry in entries(of: folder) {
    if entry.kind == S_IFDIR { found += files(below: entry.path) }
    if entry.kind == S_IFREG { found.append(entry.path) }
  }
  return found
}

/// Every folder below a folder, each before what is in it.
func subfolders(of folder: String) -> [String] {
  entries(of: folder).filter { $0.kind == S_IFDIR }.flatMap { [$0.path] + subfolders(of: $0.path) }
}

/// Removes everything in a folder, and not the folder.
func emptyFolder(_ folder: String) {
  for entry in entries(of: folder) {
    if entry.kind == S_IFDIR { removeTree(entry.path) } else { _ = unsafe unlink(entry.path) }
  }
}

private func removeTree(_ folder: String) {
  emptyFolder(folder)
  _ = unsafe rmdir(folder)
}

private func entries(of folder: String) -> [(path: String, kind: mode_t)] {
  guard let stream = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(stream) }
  var found: [(path: String, kind: mode_t)] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    guard name != ".", name != ".." else { continue }
    let path = folder + "/" + name
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { continue }
    found.append((path, status.st_mode & S_IFMT))
  }
  return found.sorted { $0.path < $1.path }
}

/// Reads an open file from its start to its end, wherever its offset is.
func readAll(_ descriptor: Int32) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe pread(descriptor, &block, block.count, bytes.count)
    guard count >= 0 else { throw TestFailure("cannot read a file: \(errno)") }
    guard count > 0 else { return bytes }
    bytes += block[..<count]
  }
}

/// Writes all the bytes, however many the system takes at once.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw TestFailure("cannot write: \(errno)") }
    rest = rest.dropFirst(count)
  }
}

/// Removes a file.
package func removeFile(_ path: String) throws {
  guard unsafe unlink(path) == 0 else { throw TestFailure("cannot remove \(path): \(errno)") }
}

/// Makes a folder of mode 0700.
package func makeFolder(_ path: String) throws {
  guard unsafe mkdir(path, 0o700) == 0 else { throw TestFailure("cannot make \(path): \(errno)") }
}
