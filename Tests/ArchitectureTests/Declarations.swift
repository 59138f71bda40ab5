/// The names that a file declares.
struct Declarations {
  /// Types at the top level that other files can use.
  private(set) var types: Set<String> = []
  /// Functions and variables at the top level that other files can use.
  private(set) var freeNames: Set<String> = []
  /// Members that an extension adds, by the type that is extended.
  ///
  /// An initialiser is "init" and its first label.
  private(set) var extensionMembers: [String: Set<String>] = [:]
  /// Every member, whatever declares it.
  private(set) var members: Set<String> = []
  /// Names with another meaning inside the file: nested and private types, parameters, variables.
  private(set) var localNames: Set<String> = []

  init() {}

  init(of file: SourceFile) {
    var scopes: [Scope] = []
    var pending: Scope?
    for (index, token) in file.tokens.enumerated() {
      switch token.text {
      case "{":
        scopes.append(pending ?? Scope(kind: .code))
        pending = nil
      case "}": _ = scopes.popLast()
      case ":":
        if index > 0, file.tokens[index - 1].isWord, !isTypeName(file.tokens[index - 1].text) {
          localNames.insert(file.tokens[index - 1].text)
        }
      default:
        let isPrivate = Self.isPrivate(file, at: index) || scopes.contains(where: \.isPrivate)
        if let scope = Self.typeScope(file, at: index, isPrivate: isPrivate) {
          if case .type(let name) = scope.kind { addType(name, in: scopes, isPrivate: isPrivate) }
          pending = scope
        } else if let name = Self.declaredName(file, at: index) {
          add(name, in: scopes.last, isPrivate: isPrivate)
        }
      }
    }
  }

  private mutating func addType(_ name: String, in scopes: [Scope], isPrivate: Bool) {
    if scopes.isEmpty, !isPrivate { types.insert(name) } else { localNames.insert(name) }
  }

  private mutating func add(_ name: String, in scope: Scope?, isPrivate: Bool) {
    switch scope?.kind {
    case nil: if isPrivate { localNames.insert(name) } else { freeNames.insert(name) }
    case .code: localNames.insert(name)
    case .type:
      members.insert(name)
      localNames.insert(name)
    case .extended(let type):
      members.insert(name)
      localNames.insert(name)
      if !isPrivate { extensionMembers[type, default: []].insert(name) }
    }
  }

  /// What a pair of braces encloses.
  private struct Scope {
    enum Kind {
      case type(String)
      case extended(String)
      case code
    }
    var kind: Kind
    var isPrivate = false
  }

  /// The scope that a type or an extension opens, if the word at an index declares one.
  private static func typeScope(_ file: SourceFile, at index: Int, isPrivate: Bool) -> Scope? {
    guard !file.isMember(at: index), file.text(at: index - 1) != "import",
      let name = file.text(at: index + 1), isTypeName(name)
    else { return nil }
    switch file.tokens[index].text {
    case "struct", "class", "enum", "protocol", "actor", "typealias":
      return Scope(kind: .type(name), isPrivate: isPrivate)
    case "extension": return Scope(kind: .extended(name), isPrivate: isPrivate)
    default: return nil
    }
  }

  /// The name of a function, variable, case or initialiser that the word at an index declares.
  private static func declaredName(_ file: SourceFile, at index: Int) -> String? {
    guard !file.isMember(at: index), let next = file.text(at: index + 1) else { return nil }
    switch file.tokens[index].text {
    case "func", "let", "var", "case": return file.tokens[index + 1].isWord ? next : nil
    case "init":
      guard next == "(", let label = file.text(at: index + 2), label != "_", label != ")" else {
        return nil
      }
      return "init " + label
    default: return nil
    }
  }

  private static let modifiers: Set = [
    "package", "internal", "private", "fileprivate", "static", "final", "class", "mutating",
    "nonisolated", "unsafe", "indirect", "(", "set", ")", "consuming", "borrowing", "lazy",
    "weak",
  ]

  private static func isPrivate(_ file: SourceFile, at index: Int) -> Bool {
    var index = index - 1
    while let text = file.text(at: index), modifiers.contains(text) {
      if text == "private" || text == "fileprivate" { return file.text(at: index + 1) != "(" }
      index -= 1
    }
    return false
  }
}

private func isTypeName(_ name: String) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(name.utf8.first ?? 0)
}
