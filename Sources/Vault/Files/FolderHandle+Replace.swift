internal import SealedFormat
internal import CLinux
internal import Glibc

extension FolderHandle {
  /// Other programs make files such as `.config.json.123.tmp` beside theirs: ours have a name of their own.
  private static let temporarySuffix = ".vault.tmp"

  /// Removes what a writer that was killed left behind.
  ///
  /// That is plain files of the user whose names are of our making. What cannot be removed stays, because
  /// it does not get in the way.
  borrowing func sweepLeftovers(of file: String) {
    for name in (try? names()) ?? [] where Self.isTemporary(name, of: file) {
      var status = stat()
      guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
        status.st_mode & S_IFMT == S_IFREG, status.st_uid == ProcessUser.id
      else { continue }
      try? remove(name)
    }
  }

  private static func isTemporary(_ name: String, of file: String) -> Bool {
    let (start, end) = (".\(file).".utf8, temporarySuffix.utf8)
    let bytes = name.utf8
    guard bytes.count > start.count + end.count, bytes.starts(with: start),
      bytes.suffix(end.count).elementsEqual(end)
    else { return false }
    return bytes.dropFirst(start.count).dropLast(end.count).allSatisfy {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
    }
  }

  /// Whether a file is mounted here by itself, so that no other can take its name.
  borrowing func isMountPoint(_ name: String) -> Bool {
    unsafe vault_is_mount_point(descriptor, name) != 0
  }

  /// Replaces a whole file, and gives it mode 0600.
  ///
  /// A durable replacement is on the disk before the file gets its name; until then the old file
  /// stands.
  ///
  /// - Parameters:
  ///   - name: The file's name in this folder.
  ///   - isDurable: Whether it must outlast a power cut.
  ///   - prepare: Is given the new file while it is empty.
  /// - Throws: `inputOutput` or `cannotCreate`; the old content is then still in place.
  borrowing func replace(
    _ name: String, with bytes: RawSpan, isDurable: Bool, prepare: (Int32) -> Void = { _ in }
  ) throws(VaultError) {
    let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = ".\(name).\(random)\(Self.temporarySuffix)"
    let path = path(of: temporary)
    // Otherwise a Ctrl-C would leave the content in a file that nothing looks for, which matters if it is
    // in the clear.
    let pause = SignalPause()
    defer { withExtendedLifetime(pause) {} }
    let opened = try checked("cannot make \(path)", as: .cannotCreate) {
      unsafe vault_openat(
        descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    do throws(VaultError) {
      try write(bytes, to: opened, path: path, isDurable: isDurable, prepare)
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
    _ bytes: RawSpan, to file: Int32, path: String, isDurable: Bool, _ prepare: (Int32) -> Void
  ) throws(VaultError) {
    var isOpen = true
    defer { if isOpen { close(file) } }
    _ = try checked("cannot set the mode of \(path)") { fchmod(file, 0o600) }  // whatever the umask
    prepare(file)
    try bytes.write(to: file, name: path)
    if isDurable { _ = try checked("cannot make \(path) durable") { fsync(file) } }
    isOpen = false
    // NFS reports a full disk or quota here; a close that failed must not be tried again.
    guard close(file) == 0 || errno == EINTR else {
      throw SystemError(number: errno).failing("cannot close \(path)")
    }
  }
}
