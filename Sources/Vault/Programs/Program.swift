package import SealedFormat
internal import Glibc

/// A program to start: a file that only the user or root can change, and its words.
///
/// No shell reads the words.
package struct Program: Sendable {
  /// The absolute path of the file.
  package let path: String
  /// The name as it was given, and the arguments.
  let words: [String]

  /// Finds the program.
  ///
  /// - Parameters:
  ///   - words: A path, or a name that is looked for on PATH, and the arguments.
  ///   - environment: Has PATH and the working folder.
  /// - Throws: `configuration` if there is no such program, or another user could have written it.
  package init(_ words: [String], in environment: Environment) throws(VaultError) {
    guard let name = words.first, !name.isEmpty else {
      throw VaultError(.configuration, "no program is named")
    }
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
      throw VaultError(.configuration, "the words of a program have a NUL byte")
    }
    let shown = name.escapingControls
    if name.utf8.contains(UInt8(ascii: "/")) {
      path = environment.absolute(name)
    } else {
      guard let found = Self.find(name, on: environment["PATH"]) else {
        throw VaultError(.configuration, "there is no program \(shown) on the PATH")
      }
      path = found
    }
    self.words = words
    try Self.check(path)
  }

  /// The first executable file of a name in the folders of a search path.
  ///
  /// Relative folders are skipped: docker refuses programs found there as well.
  package static func find(_ name: String, on searchPath: String?) -> String? {
    let folders = (searchPath ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    for folder in folders where folder.utf8.first == UInt8(ascii: "/") {
      let path = Path.of(name, in: String(folder))
      var status = stat()
      if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        unsafe access(path, X_OK) == 0
      {
        return path
      }
    }
    return nil
  }

  /// Refuses what is not an executable file, or not safe to run in the user's name.
  private static func check(_ path: String) throws(VaultError) {
    let shown = path.escapingControls
    var status = stat()
    _ = try checked("cannot use the program \(shown)", as: .configuration) {
      unsafe stat(path, &status)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw VaultError(.configuration, "the program \(shown) is not a file")
    }
    guard status.st_uid == ProcessUser.id || status.st_uid == 0 else {
      throw VaultError(
        .configuration,
        "the program \(shown) belongs to another user (uid \(status.st_uid)), so it is not run")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw VaultError(
        .configuration,
        "the program \(shown) can be written to by others, so it is not run: check that it is "
          + "yours, and run 'chmod go-w \(shown)'")
    }
    guard unsafe access(path, X_OK) == 0 else {
      throw VaultError(.configuration, "the program \(shown) is not executable")
    }
  }
}
