internal import SealedFormat
internal import Vault

/// Something that may still hold what was taken out of a file.
package enum Residue: Hashable, Sendable {
  /// The old file has so many further names.
  case names(Int)
  /// Others could read it.
  case readable(mode: UInt32)
  /// A file beside it holds one of the secrets too.
  case copy(path: String)
  /// The repository in this folder keeps the file.
  case repository(folder: String)
  /// Snapshots are kept in this folder.
  case snapshots(folder: String)
  /// Old content outlives a change on this file system, or others keep it.
  case fileSystem(name: String)

  /// What may still hold what a change has taken out.
  static func of(_ change: FileChange) throws(VaultError) -> [Residue] {
    var found: [Residue] = []
    if let facts = change.source.facts {
      if facts.names > 1 { found.append(.names(facts.names - 1)) }
      if facts.mode & 0o044 != 0 { found.append(.readable(mode: facts.mode & 0o777)) }
      if let system = facts.fileSystem, system.keepsOldContent {
        found.append(.fileSystem(name: system.rawValue))
      }
    }
    found += try copies(of: change)
    found += surroundings(of: change.source.path)
    return found
  }

  /// Files beside it whose names tell that they are copies, and that hold one of the secrets.
  private static func copies(of change: FileChange) throws(VaultError) -> [Residue] {
    let path = change.source.path
    guard let folder = Path.folder(of: path) else { return [] }
    let name = Path.name(of: path)
    let names = FolderHandle.names(at: folder) ?? []
    // One of them gives a copy away; to search for thousands would take long.
    let values = change.source.values(of: change.logins).prefix(100)
    var found: [Residue] = []
    for other in names where other != name && other.contains(name) {
      let file = DurableFile(
        path: Path.of(other, in: folder), owner: .otherProgram,
        limit: RemoteConfiguration.longestFile)
      guard let text = try? file.readSecret() else { continue }
      let holds = try change.source.withText { original in
        values.contains { text.bytes.contains(original.extracting($0)) }
      }
      if holds { found.append(.copy(path: file.path)) }
    }
    return found
  }

  /// Repositories and snapshots in the folders above a file.
  private static func surroundings(of path: String) -> [Residue] {
    var found: [Residue] = []
    for folder in Path.folders(above: path) {
      for name in [".snapshot", ".snapshots", ".zfs/snapshot"] {
        let place = Path.of(name, in: folder)
        if Path.exists(place) { found.append(.snapshots(folder: place)) }
      }
      let relative = path.utf8.dropFirst(Path.of("", in: folder).utf8.count)
      if keeps(Array(relative), Path.of(".git", in: folder)) {
        found.append(.repository(folder: folder))
      }
    }
    return found
  }

  /// The longest index of a repository that is searched, in bytes.
  private static let longestIndex = 64 * 1024 * 1024

  /// Whether a repository's index names a file.
  private static func keeps(_ relative: [UInt8], _ repository: String) -> Bool {
    let index = DurableFile(
      path: repository + "/index", owner: .otherProgram, limit: longestIndex)
    guard let bytes = try? index.read() else { return false }
    let name = relative + [0]
    return unsafe bytes.span.bytes.contains(name.span.bytes)
  }
}
