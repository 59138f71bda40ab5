import Testing
import VaultTestSupport

struct FolderGraphTests {
  @Test(arguments: ["SealedFormat", "Vault", "Network", "Compat", "VaultCLI", "CredentialHelper"])
  func `the folders of a module form no cycle`(module: String) throws {
    let graph = FolderGraph(module: module, files: try Sources.files.get())
    for cycle in graph.cycles {
      Issue.record("\(graph.explanation(of: cycle))\nAll of it:\n\(graph.summary)")
    }
  }

  @Test func `every module is in the table of imports and imports only what the table allows`()
    throws
  {
    let files = try Sources.files.get()
    #expect(Set(files.map(\.module)) == Set(allowedImports.map(\.module)))
    for found in forbiddenImports(in: files) { Issue.record("\(found)") }
  }

  @Test func `the scanner finds the folders that Compat is known to have`() throws {
    let graph = FolderGraph(module: "Compat", files: try Sources.files.get())
    #expect(graph.edges["RemoteYAML"]?["YAML"]?.isEmpty == false)
    #expect(graph.edges["YAML"]?["RemoteYAML"] == nil)
  }
}

/// Made-up sources, so that a scanner that finds nothing fails.
struct FolderGraphControlTests {
  private func graph(_ files: [String: String]) -> FolderGraph {
    FolderGraph(
      module: "M",
      files: files.sorted { $0.key < $1.key }.map { name, text in
        SourceFile(path: "Sources/M/" + name, bytes: Array(text.utf8))
      })
  }

  @Test func `a cycle of three folders by type, function and extension member is found`() {
    let graph = graph([
      "A/One.swift": "struct One { let two: Two }",
      "B/Two.swift": "struct Two {\n  func run() { three() }\n}",
      "C/Three.swift": "func three() { One().fourth }",
      "A/Four.swift": "extension Array { var fourth: Int { 4 } }",
      "D/Five.swift": "struct Five { let one: One }",
    ])
    #expect(graph.cycles == [["A", "B", "C"]])
    let explanation = graph.explanation(of: ["A", "B", "C"])
    #expect(explanation.contains("Sources/M/A/One.swift:1 Two"))
    #expect(explanation.contains("Sources/M/B/Two.swift:2 three"))
    #expect(explanation.contains("Sources/M/C/Three.swift:1 .fourth"))
  }

  @Test func `an initialiser in an extension belongs to the folder of the extension`() {
    let graph = graph([
      "A/One.swift": "struct One {}\nfunc make() -> One { One(reading: 1) }",
      "B/Two.swift": "extension One { init(reading file: Int) { self.init() } }",
    ])
    #expect(graph.cycles == [["A", "B"]])
  }

  @Test func `names in comments and strings are no use, interpolated code is`() {
    let text = """
      // Two
      /* Two /* Two */ Two */
      let quoted = "Two \\" Two" + #"Two " \\(Two()) Two"# + \"""
        Two " Two
        \"""
      """
    #expect(graph(["A/One.swift": text, "B/Two.swift": "struct Two {}"]).edges.isEmpty)
    let interpolated = graph([
      "A/One.swift": "let name = \"a \\(Two(\")\")) b\"", "B/Two.swift": "struct Two {}",
    ])
    #expect(interpolated.edges["A"]?["B"]?.count == 1)
  }

  @Test func `names with several meanings are left out`() {
    let graph = graph([
      "A/One.swift": """
      struct One {
        enum Kind { case two }
        let kind: Kind
        func run(three: Int) { print(three, kind.size) }
      }
      """,
      "B/Two.swift": "enum Kind {}\nlet three = 3\nextension String { var size: Int { 0 } }",
      "C/Four.swift": "struct Four { var size = 1 }\nprivate struct One {}",
    ])
    #expect(graph.edges.isEmpty)
  }

  @Test func `an import that the table does not allow is found with its place`() {
    let file = SourceFile(
      path: "Sources/Vault/Files/Some.swift",
      bytes: Array(
        "internal import Glibc\ninternal import Network\nimport struct Foundation.URL".utf8))
    #expect(
      forbiddenImports(in: [file]).map(\.description) == [
        "Sources/Vault/Files/Some.swift:2 Vault imports Network, which is above it",
        "Sources/Vault/Files/Some.swift:3 Vault imports Foundation",
      ])
  }

  @Test func `the table of imports points down only`() {
    let order = allowedImports.map(\.module)
    for (layer, entry) in allowedImports.enumerated() {
      #expect(entry.imports.isDisjoint(with: order[layer...]), "\(entry.module)")
    }
  }
}
