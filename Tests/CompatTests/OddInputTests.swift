@testable import Compat
import Testing
import SealedFormat
import Vault
import VaultTestSupport

struct OddInputTests {
  @Test func `every odd input has a name of its own`() {
    #expect(Set(OddInput.all.map(\.name)).count == OddInput.all.count)
  }

  @Test func `an odd remote.yaml is read and edited without loss, or refused with its line`() {
    forEach(OddInput.all, checkEditing)
  }

  private func checkEditing(_ input: OddInput) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(input.text)
    let store = RemoteYAMLStore(path: path)
    switch input.fate {
    case .refused(let line, let words):
      let error = try refusal { _ = try store.list() }
      #expect(error.code == .damaged)
      #expect(error.message.contains("\(path) line \(line): "), "\(error.message)")
      #expect(error.message.contains(words), "\(error.message)")
      #expect(try refusal { try put(store) }.code == .damaged)
      #expect(try readFile(path) == input.text)
    case .readOnly(let warnings, let words):
      try check(warnings, store)
      let error = try refusal { try put(store) }
      #expect(error.code == .damaged)
      #expect(error.message.contains(words), "\(error.message)")
      #expect(try readFile(path) == input.text)
    case .kept(let warnings, let after):
      try check(warnings, store)
      let before = try configuration(input.text)
      try put(store)
      #expect(survive(withoutEmptyList(input.text), in: try readFile(path)))
      let changed = try store.read()
      #expect(changed.credentials.count == before.credentials.count + 1)
      #expect(changed.remotes.map(\.name) == before.remotes.map(\.name))
      let found = try present(try store.find(try scope("new.example/x")))
      #expect(found.secret.readable == "s3cret")
      #expect(try store.remove(try scope("new.example")))
      let original = String(decoding: input.text, as: UTF8.self)
      switch after {
      case .same: #expect(try text(at: path) == original)
      case .plus(let addition): #expect(try text(at: path) == original + addition)
      case .exactly(let whole): #expect(try text(at: path) == whole)
      }
    }
  }

  @Test func `every entry of an odd remote.yaml takes a login and a logout, or is left alone`() {
    forEach(OddInput.all, checkEveryEntry)
  }

  /// Fills in every registry entry and removes it again; the rest of the file stays.
  private func checkEveryEntry(_ input: OddInput) throws {
    guard case .kept = input.fate else { return }
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: try folder.write(input.text))
    let before = try configuration(input.text)
    let registries = before.credentials.compactMap(\.registry).prefix(4)
    for registry in registries {
      let original = try readFile(store.path)
      do {
        try store.put(try credential([registry.text], secret: "filled"))
        let found = try present(try store.find(registry.scope))
        #expect(found.secret.readable == "filled")
      } catch let error as VaultError {
        #expect(error.message.contains("not edited"))
        #expect(try readFile(store.path) == original)
      }
    }
    for registry in registries { _ = try store.remove(registry.scope) }
    #expect(try store.read().remotes.map(\.name) == before.remotes.map(\.name))
    #expect(try store.read().credentials.count == before.credentials.count - registries.count)
  }

  @Test(arguments: [
    ("# top\nActive: a\n", 1), ("Active: a\n\n  # in between\n", 3), ("Active: a # b\n", 1),
    ("Active: a\nRemotes: # none\n", 2),
  ])
  func `a comment is kept with a warning that names its line`(
    _ text: String, _ line: Int
  ) throws {
    let read = try configuration(text)
    #expect(read.warnings.first?.hasPrefix("line \(line): comments are kept") == true)
  }

  @Test(arguments: ["Active: 'a # b'\n", "Active: a#b\n", "Active: \"# a\"\n"])
  func `what is no comment gives no warning`(_ text: String) throws {
    #expect(try configuration(text).warnings.isEmpty)
  }

  private func put(_ store: RemoteYAMLStore) throws {
    try store.put(try credential(["docker://new.example"]))
  }

  private func check(_ warnings: [String], _ store: RemoteYAMLStore) throws {
    // Many have a comment, to be odd in; the warning about it has a test of its own.
    let given = try store.read().warnings.filter { !$0.contains("comments are kept") }
    #expect(given.count == warnings.count, "\(given)")
    for (warning, part) in zip(given, warnings) {
      #expect(warning.contains(part), "\(warning)")
      #expect(warning.hasPrefix("line "))
    }
  }

  /// The one thing that gives way to a first entry.
  private func withoutEmptyList(_ bytes: [UInt8]) -> [UInt8] {
    var text = String(decoding: bytes, as: UTF8.self)
    for value in [" []", " [ ]", " null", " ~"] {
      text = text.replacing("Credentials:\(value)", with: "Credentials:")
    }
    return Array(text.utf8)
  }
}
