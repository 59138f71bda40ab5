internal import FoundationEssentials
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
    guard let slash = path.lastIndex(of: "/") else { return [] }
    let folder = String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // One of them gives a copy away; to search for thousands would take long.
    let values = change.source.values(of: change.logins).prefix(100)
    var found: [Residue] = []
    for other in names.sorted() where other != name && other.contains(name) {
      let file = DurableFile(
        path: "\(folder)/\(other)", owner: .otherProgram, limit: RemoteConfiguration.longestFile)
      guard let text = try? file.readSecret() else { continue }
      let holds = try change.source.withText { original in
        values.contains { text.bytes.contains(original.extracting($0)) }
      }
      if holds { found.append(.copy(path: "\(folder)/\(other)")) }
    }
    return found
  }

  /// Repositories and snapshots in the folders above a file.
  private static func surroundings(of path: String) -> [Residue] {
    var found: [Residue] = []
    var folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    while true {
      for name in [".snapshot", ".snapshots", ".zfs/snapshot"] {
        let place = "\(folder)/\(name)"
        if FileManager.default.fileExists(atPath: place) { found.append(.snapshots(folder: place)) }
      }
      let relative = String(path.dropFirst(folder.count + 1))
      if keeps(relative, "\(folder)/.git") {
        found.append(.repository(folder: folder.isEmpty ? "/" : String(folder)))
      }
      guard let slash = folder.lastIndex(of: "/") else { return found }
      folder = folder[..<slash]
    }
  }

  /// The longest index of a repository that is searched, in bytes.
  private static let longestIndex = 64 * 1024 * 1024

  /// Whether a repository's index names a file.
  private static func keeps(_ relative: String, _ repository: String) -> Bool {
    let index = DurableFile(
      path: repository + "/index", owner: .otherProgram, limit: longestIndex)
    guard let bytes = try? index.read() else { return false }
    let name = Array(relative.utf8) + [0]
    return unsafe bytes.span.bytes.contains(name.span.bytes)
  }
}
