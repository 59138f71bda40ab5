import Testing
import VaultTestSupport

/// What is printed passes through the one escape function.
struct DisplayTests {
  /// Where bytes leave the programs: each of these files escapes what it did not make itself.
  private static let outlets = [
    "Sources/VaultCLI/Console/Console.swift", "Sources/VaultCLI/Console/Output.swift",
    "Sources/VaultCLI/Console/Progress.swift", "Sources/VaultCLI/Console/Terminal.swift",
    "Sources/CredentialHelper/HelperProtocol.swift",
  ]

  @Test func `only the outlets write texts to standard output and standard error`() throws {
    for file in try Sources.files.get() where !Self.outlets.contains(file.path) {
      for index in file.tokens.indices where file.isPrinting(at: index) {
        Issue.record("\(file.path):\(file.tokens[index].line) prints past the escape function")
      }
    }
  }

  @Test func `a result that is written as it is comes from Table, ListFormat or the help`() throws {
    for file in try Sources.files.get() where file.module == "VaultCLI" {
      guard !Self.outlets.contains(file.path) else { continue }
      for index in file.tokens.indices where file.isRawOutput(at: index) {
        let source = file.text(at: index + 4) ?? ""
        let known = ["line", "format", "Table", "findings", "VaultCommand", "report"]
        if !known.contains(source) {
          Issue.record("\(file.path):\(file.tokens[index].line) writes \(source) as it is")
        }
      }
    }
  }

  @Test func `a print and a literal written as it is are found`() {
    let print = SourceFile(path: "Sources/M/A.swift", bytes: Array("func f() { print(1) }".utf8))
    #expect(print.tokens.indices.contains { print.isPrinting(at: $0) })
    let raw = SourceFile(
      path: "Sources/M/A.swift", bytes: Array("func f() { output.write(name) }".utf8))
    #expect(raw.tokens.indices.contains { raw.isRawOutput(at: $0) })
  }
}

extension SourceFile {
  fileprivate func isPrinting(at index: Int) -> Bool {
    let printers: Set = [
      "print", "debugPrint", "puts", "fputs", "printf", "perror", "dump", "FileHandle",
      "STDERR_FILENO",
    ]
    guard printers.contains(tokens[index].text), !isMember(at: index) else { return false }
    return text(at: index + 1) == "(" && text(at: index - 1) != "func"
  }

  /// Whether `output.write(` begins at an index.
  fileprivate func isRawOutput(at index: Int) -> Bool {
    ["output", "errors"].contains(tokens[index].text) && text(at: index + 1) == "."
      && text(at: index + 2) == "write" && text(at: index + 3) == "("
  }
}
