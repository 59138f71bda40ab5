package import SealedFormat
internal import CLinux
internal import Glibc

/// A file that is replaced as a whole, so that a reader, a crash or a full disk never meets half a
/// file.
package struct DurableFile: Sendable {
  /// Whose file it is, which decides how strict we are with it.
  package enum Owner: Sendable {
    /// Ours: a plain file of mode 0600 with one name, no link.
    case vault
    /// Another program's: may be a link to a file, and readable by others.
    case otherProgram
    /// Our settings: like `otherProgram`, and may also belong to root, because NixOS and Kubernetes provide
    /// them as links to files of root.
    case settings
  }

  /// The absolute path, links resolved where the owner may use them.
  package let path: String
  let owner: Owner
  /// The most bytes that are read.
  let limit: Int

  /// Names a file; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - path: An absolute path.
  ///   - owner: Whose file it is.
  ///   - limit: The most bytes that are accepted on reading.
  package init(path: String, owner: Owner, limit: Int) {
    self.path = owner != .vault && Path.isLink(path) ? Path.resolved(path) ?? path : path
    self.owner = owner
    self.limit = limit
  }

  var folderPath: String { Path.folder(of: path) ?? "." }

  var name: String { Path.name(of: path) }

  /// The name by which writers lock the file; beside other programs' files it is one that they do not use.
  var lockName: String { owner == .vault ? name : name + ".vault" }

  /// What the file holds, or nil where there is no such file or folder.
  ///
  /// Takes no lock.
  ///
  /// - Throws: `configuration` for an unsafe owner or mode, `damaged` where it is too long,
  ///   `inputOutput` where the system refuses.
  package func read() throws(VaultError) -> [UInt8]? {
    guard let opened = try openForReading() else { return nil }
    defer { close(opened.descriptor) }
    return try readBytes(opened)
  }

  /// As `read()`, for a file that may as well not be there: nil also where it, or its folder, is not
  /// for us, as with another user's home.
  func readIfPermitted() throws(VaultError) -> [UInt8]? {
    do throws(VaultError) { return try read() } catch {
      guard (error.cause as? SystemError)?.number == EACCES else { throw error }
      return nil
    }
  }

  /// As `read()`, for a file that holds secrets in the clear.
  package func readSecret() throws(VaultError) -> SecretBytes? {
    guard let opened = try openForReading() else { return nil }
    defer { close(opened.descriptor) }
    return try readSecretBytes(opened)
  }

  /// Holds off every other writer, for a read and a replacement that belong together.
  ///
  /// - Throws: What opening the folder and the lock throws; a missing folder is made.
  package func beginUpdate() throws(VaultError) -> FileUpdate {
    try FileUpdate(of: self)
  }

  private func openForReading() throws(VaultError) -> OpenedFile? {
    var attempts = 0
    while true {
      do throws(VaultError) {
        // In a sticky folder of root, such as /nix/store, only the owner of a file can replace it.
        let folder = try FolderHandle(
          path: folderPath, trust: owner == .settings ? .userOrStickyRoot : .userOrRoot)
        return try openChecked(in: folder)
      } catch {
        let number = (error.cause as? SystemError)?.number
        if number == ENOENT || number == ENOTDIR { return nil }
        attempts += 1
        // NFS answers so where another host has just replaced the file: open it anew.
        guard number == ESTALE, attempts < 3 else { throw error }
      }
    }
  }

  /// Opens the file inside its open folder; nil where it is missing.
  func openChecked(in folder: borrowing FolderHandle) throws(VaultError) -> OpenedFile? {
    let opened: Int32
    do throws(SystemError) {
      opened = try checked {
        unsafe vault_openat(
          folder.descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
      }
    } catch {
      switch error.number {
      case ENOENT:
        return nil
      case ELOOP:
        throw VaultError(
          .configuration, "\(path) is a symbolic link: name the file itself", cause: error)
      case EACCES:
        throw error.failing("cannot open \(path)", as: .configuration)
      default:
        throw error.failing("cannot open \(path)")
      }
    }
    do throws(VaultError) {
      return OpenedFile(descriptor: opened, size: try checkedSize(opened))
    } catch {
      close(opened)
      throw error
    }
  }

  /// The size of a file that is safe to use.
  private func checkedSize(_ descriptor: Int32) throws(VaultError) -> Int {
    var status = stat()
    _ = try checked("cannot examine \(path)") { unsafe fstat(descriptor, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw VaultError(.configuration, "\(path) is not a plain file")
    }
    guard status.st_uid == ProcessUser.id || (owner == .settings && status.st_uid == 0) else {
      throw VaultError(
        .configuration, "\(path) belongs to another user (uid \(status.st_uid)): not used")
    }
    let forbidden: mode_t = owner == .vault ? 0o077 : 0o022
    guard status.st_mode & forbidden == 0 else {
      let who = owner == .vault ? "is open to others" : "can be written to by others"
      throw VaultError(
        .configuration,
        "\(path) \(who) (mode \(String(status.st_mode & 0o777, radix: 8))): "
          + "run  chmod 600 '\(path)'  first")
    }
    // None where a writer has replaced the file since we opened it: still a whole vault.
    guard owner != .vault || status.st_nlink <= 1 else {
      throw VaultError(
        .configuration,
        "\(path) has \(status.st_nlink) names (hard links): remove the others first")
    }
    guard status.st_size <= limit else {
      throw VaultError(
        .damaged, "\(path) has \(status.st_size) bytes, more than the \(limit) that are read")
    }
    return Int(status.st_size)
  }

  func readBytes(_ opened: OpenedFile) throws(VaultError) -> [UInt8] {
    try [UInt8](capacity: opened.size, readingFrom: opened.descriptor, name: path)
  }

  func readSecretBytes(_ opened: OpenedFile) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: opened.size) { (output) throws(VaultError) in
      try output.append(readingFrom: opened.descriptor, name: path)
    }
  }

  /// A file that is safe to use; who opens it closes it.
  struct OpenedFile {
    let descriptor: Int32
    /// How many bytes it had when it was opened.
    let size: Int
  }
}
