/// The parts of a path, as text: nothing here touches the file system.
///
/// Paths are cut at the byte `/`: to Swift, a slash and a combining mark after it are one Character.
package enum Path {
  /// The folder that a path is in; nil for a name without a slash.
  package static func folder(of path: String) -> String? {
    guard let slash = path.utf8.lastIndex(of: slash) else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: slash) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// The folders above an absolute path, the closest first and the root last.
  package static func folders(above path: String) -> [String] {
    var folders: [String] = []
    var path = path
    while path != "/", let folder = folder(of: path) {
      folders.append(folder)
      path = folder
    }
    return folders
  }

  /// The path of something in a folder.
  package static func of(_ name: String, in folder: String) -> String {
    folder.utf8.last == slash ? folder + name : folder + "/" + name
  }

  private static let slash = UInt8(ascii: "/")
}
