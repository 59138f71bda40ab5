/// Which folders of a module use names that other folders of it declare.
///
/// It sees names, not inferred types, and leaves out a name that may mean several things. So it can
/// miss an edge, but it does not make one up.
struct FolderGraph {
  /// A place where a folder uses a name of another folder.
  struct Use: CustomStringConvertible {
    let name: String
    let path: String
    let line: Int

    var description: String { "\(path):\(line) \(name)" }
  }

  let module: String
  /// The uses, by the folder that uses and the folder that declares.
  private(set) var edges: [String: [String: [Use]]] = [:]

  /// - Parameter files: Files of all modules; those of other modules only make member names ambiguous.
  init(module: String, files: [SourceFile]) {
    self.module = module
    let own = files.filter { $0.module == module }
    let names = FolderNames(of: own, among: files)
    for file in own {
      let hidden = file.declarations.localNames.union(names.nestedTypes[file.folder] ?? [])
      for index in file.tokens.indices {
        guard let (folder, name) = names.folder(usedBy: file, at: index, hidden: hidden),
          folder != file.folder
        else { continue }
        let use = Use(name: name, path: file.path, line: file.tokens[index].line)
        edges[file.folder, default: [:]][folder, default: []].append(use)
      }
    }
  }

  /// The groups of folders that reach each other.
  var cycles: [[String]] {
    var groups: Set<[String]> = []
    for folder in edges.keys {
      let group = reachable(from: folder).filter { reachable(from: $0).contains(folder) }
      if group.contains(folder) { groups.insert(group.sorted()) }
    }
    return groups.sorted { $0[0] < $1[0] }
  }

  private func reachable(from folder: String) -> Set<String> {
    var found: Set<String> = []
    var rest = Array(edges[folder, default: [:]].keys)
    while let next = rest.popLast() {
      if found.insert(next).inserted { rest += edges[next, default: [:]].keys }
    }
    return found
  }

  /// A line for each folder: `Files -> Memory (9), Tools (12)`.
  var summary: String {
    edges.keys.sorted().map { folder in
      let targets = edges[folder, default: [:]].sorted { $0.key < $1.key }
      return "\(module)/\(folder) -> "
        + targets.map { "\($0.key) (\($0.value.count))" }.joined(separator: ", ")
    }.joined(separator: "\n")
  }

  /// The edges of a cycle, each with the first places that make it.
  func explanation(of cycle: [String]) -> String {
    var lines = ["\(module): the folders \(cycle.joined(separator: ", ")) depend on each other"]
    for folder in cycle {
      for (target, uses) in edges[folder, default: [:]].sorted(by: { $0.key < $1.key })
      where cycle.contains(target) {
        lines.append("  \(folder) -> \(target): \(uses.count) uses")
        lines += uses.prefix(5).map { "    \($0)" }
      }
    }
    return lines.joined(separator: "\n")
  }
}
