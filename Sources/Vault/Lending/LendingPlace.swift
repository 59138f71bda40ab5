internal import SealedFormat

/// A folder for lent files: on this machine, and in memory if possible.
package struct LendingPlace: Sendable {
  /// The absolute path of the folder around it.
  private let parent: String
  /// Its name there.
  private let name: String
  /// Whether all users share the folder around it; then only a file system in memory will do, because
  /// nobody has chosen the place.
  private let isShared: Bool

  /// Where lent files may lie, the best place first; XDG_RUNTIME_DIR counts.
  package static func all(in environment: Environment) -> [LendingPlace] {
    // The second is what a login makes, which a batch job may not know of.
    var folders = ["/run/user/\(ProcessUser.id)"]
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/"), folder != folders[0] {
      folders.insert(folder, at: 0)
    }
    return folders.map { LendingPlace(parent: $0, name: "vault", isShared: false) }
      // Apptainer binds the last two into containers.
      + ["/run/lock", "/dev/shm", "/tmp"].map {
        LendingPlace(parent: $0, name: "vault-\(ProcessUser.id)", isShared: true)
      }
  }

  /// Opens it; nil if it is missing or unsuitable.
  ///
  /// Each folder is judged once it is open, because a path may lead elsewhere a moment later.
  ///
  /// - Parameter note: Is told why it is unsuitable.
  func open(createIfMissing: Bool, _ note: (String) -> Void) -> FolderHandle? {
    guard Path.exists(parent) else { return nil }
    do throws(VaultError) {
      let outer = try FolderHandle(path: parent, trust: isShared ? .shared : .user)
      // Looked at before anything is made there.
      guard isSuitable(outer.fileSystem) else {
        if !isShared { note("\(parent) is on no file system of this machine that is known") }
        return nil
      }
      let folder = try FolderHandle(name, in: outer, createIfMissing: createIfMissing)
      guard isSuitable(folder.fileSystem) else { return nil }
      return folder
    } catch {
      note(error.message)
      return nil
    }
  }

  private func isSuitable(_ system: FileSystem?) -> Bool {
    guard let system else { return false }
    return system == .memory || (system.isLocal && !isShared)
  }
}
