internal import SealedFormat
internal import CLinux
internal import Glibc

/// A small file with a key or passphrase that somebody else may have laid: read, never written.
enum PrivateFile {
  /// How long a pipe may take, in seconds.
  private static let patience: Int32 = 30

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - path: An absolute path; links are followed.
  ///   - limit: The most bytes that are accepted.
  ///   - warn: Is told where others can read the file.
  /// - Returns: All of it.
  /// - Throws: `configuration` where it is missing, unreadable, somebody else's or writable by others;
  ///   `invalidInput` if it is longer.
  static func read(
    path: String, limit: Int, warn: (String) -> Void
  ) throws(VaultError) -> SecretBytes {
    let opened = try checked("cannot open \(path)", as: .configuration) {
      unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    }
    defer { close(opened) }
    var status = stat()
    _ = try checked("cannot examine \(path)") { unsafe fstat(opened, &status) }
    let type = status.st_mode & S_IFMT
    guard type == S_IFREG || type == S_IFIFO else {
      throw VaultError(.configuration, "\(path) is not a file")
    }
    guard status.st_uid == ProcessUser.id || status.st_uid == 0 else {
      throw VaultError(
        .configuration, "\(path) belongs to another user (uid \(status.st_uid)): not used")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw VaultError(
        .configuration,
        "\(path) can be written to by others: run  chmod 600 '\(path)'  and make sure that the "
          + "content is yours")
    }
    if status.st_mode & 0o044 != 0, canChangeMode(of: path, opened, status) {
      warn("\(path) can be read by others: run  chmod 600 '\(path)'")
    }
    if type == S_IFIFO { try waitForWriter(opened, path: path) }
    return try SecretBytes(reading: opened, limit: limit, name: path)
  }

  /// Whether the user can do something about the mode.
  ///
  /// Kubernetes, systemd and `podman run --secret` provide keys as files of root, on a read-only mount or
  /// mounted by themselves, readable for everybody in a container that is the user's alone.
  private static func canChangeMode(
    of path: String, _ descriptor: Int32, _ status: stat
  ) -> Bool {
    var system = statvfs()
    let isReadOnly =
      unsafe fstatvfs(descriptor, &system) == 0 && system.f_flag & UInt(ST_RDONLY) != 0
    let isMounted = unsafe vault_is_mount_point(AT_FDCWD, path) != 0
    return status.st_uid == ProcessUser.id && !isReadOnly && !isMounted
  }

  /// Waits until somebody writes into a pipe, as in `--key-file <(command)`, but not for ever.
  private static func waitForWriter(_ descriptor: Int32, path: String) throws(VaultError) {
    var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&input, 1, patience * 1000) > 0 else {
      throw VaultError(
        .configuration, "\(path) is a pipe into which nothing was written for \(patience) seconds")
    }
    _ = try checked("cannot read \(path)", as: .configuration) {
      fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }
  }
}
