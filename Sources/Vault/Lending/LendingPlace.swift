internal import SealedFormat
internal import Glibc

/// A folder in which private files may lie for a while: on this machine, and best in memory.
package struct LendingPlace: Sendable {
  /// Its absolute path.
  package let path: String
  /// Whether only a file system in memory will do, as where nobody has named the folder.
  let isInMemory: Bool

  /// Where lent files may lie, the best place first; XDG_RUNTIME_DIR counts.
  package static func all(in environment: Environment) -> [LendingPlace] {
    var places: [LendingPlace] = []
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      places.append(LendingPlace(path: folder + "/vault", isInMemory: false))
    }
    // What a login makes, which a batch job does not always know of.
    let session = "/run/user/\(ProcessUser.id)"
    if isOwnFolder(session), !places.contains(where: { $0.path == session + "/vault" }) {
      places.append(LendingPlace(path: session + "/vault", isInMemory: false))
    }
    // Apptainer binds the last two into containers.
    for folder in ["/run/lock", "/dev/shm", "/tmp"] {
      places.append(LendingPlace(path: "\(folder)/vault-\(ProcessUser.id)", isInMemory: true))
    }
    return places
  }

  private static func isOwnFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_uid == ProcessUser.id
      && status.st_mode & S_IFMT == S_IFDIR
  }

  private var parent: String {
    Path.folder(of: path) ?? "."
  }

  /// Opens it where it is there already and safe.
  func openExisting() -> FolderHandle? { try? FolderHandle(path: path) }

  /// Opens it, made where it is missing; nil where it will not do, with the reason for a person.
  func open(_ note: (String) -> Void) -> FolderHandle? {
    // Looked at before anything is made there.
    guard unsafe access(parent, F_OK) == 0 else { return nil }
    let system = FileSystem(of: parent)
    guard let system, system == .memory || (system.isLocal && !isInMemory) else {
      if !isInMemory { note("\(parent) is on no file system of this machine that is known") }
      return nil
    }
    do throws(VaultError) {
      // In a folder that belongs to all, the sticky bit keeps ours in its place.
      if !isInMemory { _ = try FolderHandle(path: parent) }
      return try FolderHandle(path: path, createIfMissing: true)
    } catch {
      note(error.message)
      return nil
    }
  }
}
