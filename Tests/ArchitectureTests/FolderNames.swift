/// The folder of a module that a name belongs to, for the names that belong to one folder only.
struct FolderNames {
  private var types: [String: Set<String>] = [:]
  private var freeNames: [String: Set<String>] = [:]
  /// What extensions add to types of other folders or modules.
  private var extensionMembers: [String: Set<String>] = [:]
  private var initialisers: [String: Set<String>] = [:]
  /// Types by the folder that declares them inside others, where they hide types of the same name.
  private(set) var nestedTypes: [String: Set<String>] = [:]

  init(of own: [SourceFile], among all: [SourceFile]) {
    for file in own {
      let declared = file.declarations
      for name in declared.types { types[name, default: []].insert(file.folder) }
      for name in declared.freeNames { freeNames[name, default: []].insert(file.folder) }
      nestedTypes[file.folder, default: []].formUnion(
        declared.localNames.filter { $0.first?.isUppercase == true })
    }
    var owners: [String: Set<String>] = [:]
    for file in all {
      let owner = file.module + "/" + file.folder
      for name in file.declarations.members { owners[name, default: []].insert(owner) }
    }
    for file in own {
      for (type, members) in file.declarations.extensionMembers where types[type] != [file.folder] {
        for name in members {
          if name.hasPrefix("init ") {
            initialisers["\(type)(\(name.dropFirst(5)):", default: []].insert(file.folder)
          } else if owners[name]?.count == 1, !standardMembers.contains(name) {
            extensionMembers[name, default: []].insert(file.folder)
          }
        }
      }
    }
  }

  /// The folder that declares what the word at an index names, if that is certain.
  func folder(
    usedBy file: SourceFile, at index: Int, hidden: Set<String>
  ) -> (folder: String, name: String)? {
    guard file.tokens[index].isWord else { return nil }
    let name = file.tokens[index].text
    if file.isMember(at: index) {
      return only(extensionMembers[name]).map { ($0, "." + name) }
    }
    if file.text(at: index + 1) == "(", let label = file.text(at: index + 2),
      let folder = only(initialisers["\(name)(\(label):"])
    {
      return (folder, "\(name)(\(label):)")
    }
    guard !hidden.contains(name) else { return nil }
    return only(types[name] ?? freeNames[name]).map { ($0, name) }
  }

  private func only(_ folders: Set<String>?) -> String? {
    folders?.count == 1 ? folders?.first : nil
  }
}

/// Members that types of the standard library have too.
private let standardMembers: Set = [
  "append", "bytes", "contains", "count", "description", "first", "firstIndex", "hash", "isEmpty",
  "last", "lowercased", "map", "prefix", "removing", "replacing", "split", "starts", "trimming",
]
