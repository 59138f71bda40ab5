import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import Compat

/// A migration takes the secrets out of a file and nothing else, and its undoing gives it back.
struct MigrationIdentityTests {
  private static let inputs = (MigrationInput.yaml + MigrationInput.json + MigrationInput.readByGo)
    .flatMap(\.variants)
  private static let refused = MigrationInput.refusedYAML + MigrationInput.refusedJSON

  @Test func `there are enough odd files, each with a name of its own`() {
    let names = Self.inputs.map { $0.file + $0.name } + Self.refused.map { $0.file + $0.name }
    #expect(Set(names).count == names.count)
    #expect(MigrationInput.yaml.count + MigrationInput.json.count + Self.refused.count >= 100)
  }

  @Test func `a migration removes only the secrets from a file, and undo restores it to the byte`()
  {
    forEach(Self.inputs, checkIdentity)
  }

  private func checkIdentity(_ input: MigrationInput) throws {
    let home = try MigrationHome()
    let path = try home.folder.write(input.before, as: input.file)
    let (plan, number, results) = try home.migrate([input.file])
    #expect(results.compactMap(\.error?.message) == [])
    let refusals = plan.exposures.refusals
    #expect(refusals.count == input.faults, "\(refusals.map(\.error.message))")
    let after = try readFile(path)
    #expect(
      after == input.after,
      "\(String(decoding: after, as: UTF8.self))\ninstead of\n\(String(decoding: input.after, as: UTF8.self))"
    )
    // The vault orders its records, so where they were in the file does not show.
    let kept = try home.store.list().map { try home.kept($0.key) ?? "" }
    #expect(kept.sorted() == input.logins.sorted())
    #expect(try home.plan([input.file]).logins.isEmpty)

    let undone = try home.undo(number)
    #expect(undone.map(\.isChanged) == [true])
    #expect(try readFile(path) == input.before)
    #expect(MigrationFile.all(in: try home.store.records).isEmpty)
  }

  @Test(arguments: refused)
  func `a file that is refused stays as it is, and the message has file, line and reason`(
    _ input: MigrationRefusal
  ) throws {
    let home = try MigrationHome()
    let path = try home.folder.write(input.text, as: input.file)
    let other = try home.folder.write(
      #"{"auths":{"r.example":{"auth":"YWxpY2U6cHc="}}}"#, as: "other.json")
    let (plan, _, results) = try home.migrate([input.file, "other.json"])
    let refusal = try #require(plan.exposures.refusals.first)
    #expect(refusal.path == path)
    #expect(refusal.error.code == .damaged)
    #expect(refusal.error.message.contains(path), "\(refusal.error.message)")
    #expect(refusal.error.message.contains(input.words), "\(refusal.error.message)")
    if !input.words.contains("not a JSON object"), input.name != "UTF-16" {
      #expect(refusal.error.message.contains("line \(input.line)"), "\(refusal.error.message)")
    }
    #expect(try readFile(path) == input.text)
    // The others go on.
    #expect(results.map(\.path) == [other])
    #expect(try text(at: other) == #"{"auths":{"r.example":{}}}"#)
  }

  /// The files as the real programs wrote them, and the odd ones of which it is known what they do.
  @Test(arguments: VectorTests.rows)
  func `a file of the vectors loses only its secrets, or is refused unchanged`(
    _ row: VectorTests.Row
  ) throws {
    let content = Array(try Data(contentsOf: VectorTests.folder.appending(path: row.file)))
    // To who named it, a file without a field that Apptainer knows is not one without logins.
    let isUnknown = row.file == "bad/lowercase.yaml"
    try check(
      content, isRefused: isUnknown || { if case .refused = row.fate { true } else { false } }())
  }

  @Test func `an odd remote.yaml loses only its secrets, or is refused unchanged`() {
    forEach(OddInput.all) { try check($0.text, isRefused: nil) }
  }

  private func check(_ content: [UInt8], isRefused: Bool?) throws {
    let home = try MigrationHome()
    let path = try home.folder.write(content)
    let (plan, number, results) = try home.migrate(["remote.yaml"])
    let refusals = plan.exposures.refusals.filter { !$0.error.message.contains("stays there") }
    if let isRefused { #expect(refusals.isEmpty == !isRefused) }
    for refusal in plan.exposures.refusals {
      #expect(refusal.error.message.contains("\(path)"))
      #expect(refusal.error.message.contains("line "), "\(refusal.error.message)")
    }
    guard !results.isEmpty else {
      #expect(try readFile(path) == content)
      return
    }
    let after = try readFile(path)
    // What is left are lines that were there, in their order; those inside brackets run together.
    let secretLines = Self.lines(content).filter { $0.contains("Auth") || $0.contains("Token") }
    let kept = Self.lines(content).filter { !secretLines.contains($0) }
    var rest = Self.lines(after)[...]
    for line in kept {
      guard let place = rest.firstIndex(of: line) else {
        Issue.record("the line \(line) is gone")
        return
      }
      rest = rest[(place + 1)...]
    }
    #expect(try home.plan(["remote.yaml"]).logins.isEmpty)
    _ = try home.undo(number)
    #expect(try readFile(path) == content)
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split { $0 == 0x0a || $0 == 0x0d }.map { String(decoding: $0, as: UTF8.self) }
      .filter { !$0.contains("{") && !$0.contains("[") }
  }
}
