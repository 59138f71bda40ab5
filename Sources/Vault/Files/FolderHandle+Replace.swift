internal import SealedFormat
internal import CLinux
internal import Glibc

extension FolderHandle {
  /// Other programs make files such as `.config.json.123.tmp` beside theirs: ours have a name of their own.
  private static let temporarySuffix = ".vault.tmp"

  /// Removes what a writer that was killed left behind.
  borrowing func sweepLeftovers(of file: String) throws(VaultError) {
    for name in try names()
    where name.hasPrefix(".\(file).") && name.hasSuffix(Self.temporarySuffix) && isFile(name) {
      try remove(name)
    }
  }

  /// Whether there is a plain file of this name.
  private borrowing func isFile(_ name: String) -> Bool {
    var status = stat()
    return unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a file is mounted here by itself, so that no other can take its name.
  borrowing func isMountPoint(_ name: String) -> Bool {
    unsafe vault_is_mount_point(descriptor, name) != 0
  }

  /// Replaces a whole file.
  ///
  /// A durable replacement is on the disk before the file gets its name; until then the old file
  /// stands.
  ///
  /// - Parameters:
  ///   - name: The file's name in this folder.
  ///   - bytes: The new content.
  ///   - mode: The mode of the new file.
  ///   - isDurable: Whether it must outlast a power cut.
  /// - Throws: `inputOutput` or `cannotCreate`; the old content is then still in place.
  borrowing func replace(
    _ name: String, with bytes: RawSpan, mode: mode_t = 0o600, isDurable: Bool
  ) throws(VaultError) {
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = ".\(name).\(suffix)\(Self.temporarySuffix)"
    let path = path(of: temporary)
    // Else a Ctrl-C would leave the content in a file that nobody looks for, which matters where it is
    // in the clear.
    let pause = SignalPause()
    defer { withExtendedLifetime(pause) {} }
    let opened = try checked("cannot make \(path)", as: .cannotCreate) {
      unsafe vault_openat(
        descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    do throws(VaultError) {
      try write(bytes, to: opened, path: path, mode: mode, isDurable: isDurable)
      _ = try checked("cannot replace \(self.path(of: name))") {
        unsafe renameat(descriptor, temporary, descriptor, name)
      }
    } catch {
      try? remove(temporary)
      throw error
    }
    if isDurable { try synchronize() }
  }

  private borrowing func write(
    _ bytes: RawSpan, to file: Int32, path: String, mode: mode_t, isDurable: Bool
  ) throws(VaultError) {
    var isOpen = true
    defer { if isOpen { close(file) } }
    _ = try checked("cannot set the mode of \(path)") { fchmod(file, mode) }
    try bytes.write(to: file, name: path)
    if isDurable { _ = try checked("cannot make \(path) durable") { fsync(file) } }
    isOpen = false
    // NFS reports a full disk or quota here; a close that failed must not be tried again.
    guard close(file) == 0 || errno == EINTR else {
      throw SystemError(number: errno).failing("cannot close \(path)")
    }
  }
}
