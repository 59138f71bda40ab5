@testable import Compat
import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

/// Files as the real programs wrote them, and odd ones whose fate in their readers was observed.
struct VectorTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Vectors/remote-yaml")

  enum Fate: Sendable {
    /// Read, with as many warnings; after a login and a logout the file has these bytes more.
    case read(warnings: Int, addition: String)
    /// Refused at a line.
    case refused(line: Int, words: String)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let file: String
    let fate: Fate
    var testDescription: String { file }
  }

  static let both = "Active: \"\"\nRemotes: {}\nCredentials:\n"

  static let rows = [
    Row(
      file: "F0-empty-config-written.yaml", fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(
      file: "F1-system-apptainer-shipped.yaml",
      fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(
      file: "F2-system-singularityce-shipped.yaml",
      fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(
      file: "F2b-system-singularity-3.2-to-3.6.yaml",
      fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(file: "F3-user-after-registry-login.v2.yaml", fate: .read(warnings: 0, addition: "")),
    Row(file: "F3-user-after-registry-login.v3.yaml", fate: .read(warnings: 0, addition: "")),
    Row(file: "F4-full.v3.yaml", fate: .read(warnings: 0, addition: "")),
    // The remote that is null: Apptainer reads it and crashes in "remote list"; we keep and name it.
    Row(
      file: "F6-key-order-and-quoting.v3.yaml",
      fate: .read(warnings: 1, addition: "Credentials:\n")),
    // All three readers take aliases of what is no secret, and so do we.
    Row(file: "bad/anchor.yaml", fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(file: "bad/badutf8.yaml", fate: .refused(line: 1, words: "not UTF-8")),
    Row(file: "bad/boolyes.yaml", fate: .read(warnings: 0, addition: "Credentials:\n")),
    // Only yaml.v2 reads a file of comments; v3 and v4 say "EOF". It holds nothing, so it is empty.
    Row(file: "bad/comment.yaml", fate: .read(warnings: 1, addition: both)),
    Row(file: "bad/docstart.yaml", fate: .read(warnings: 0, addition: both)),
    Row(file: "bad/dup.yaml", fate: .refused(line: 1, words: "\"Active\" is there more than once")),
    Row(file: "bad/dup2.yaml", fate: .refused(line: 3, words: "\"a\" is there more than once")),
    Row(file: "bad/empty.yaml", fate: .read(warnings: 0, addition: both)),
    Row(file: "bad/ints.yaml", fate: .read(warnings: 0, addition: "Credentials:\n")),
    Row(file: "bad/list.yaml", fate: .refused(line: 1, words: "not a list")),
    // All three readers refuse unknown keys; we keep them with a warning, because a newer Apptainer
    // may write keys that we do not know.
    Row(file: "bad/lowercase.yaml", fate: .read(warnings: 2, addition: "Credentials:\n")),
    // As with comments: empty for yaml.v2 and for us.
    Row(file: "bad/newline.yaml", fate: .read(warnings: 0, addition: both)),
    Row(file: "bad/nulls.yaml", fate: .read(warnings: 2, addition: "Credentials:\n")),
    Row(file: "bad/scalar.yaml", fate: .refused(line: 1, words: "not a text")),
    Row(file: "bad/tab.yaml", fate: .refused(line: 3, words: "tabs")),
    Row(file: "bad/trunc.yaml", fate: .refused(line: 2, words: "not YAML")),
    Row(file: "bad/unknown_ep.yaml", fate: .read(warnings: 1, addition: "Credentials:\n")),
    Row(file: "bad/unknown_top.yaml", fate: .read(warnings: 1, addition: "Credentials:\n")),
    Row(file: "bad/wrongtype.yaml", fate: .refused(line: 3, words: "not be a list")),
  ]

  @Test func `every vector file is in the table`() throws {
    let all = try #require(
      FileManager.default.enumerator(atPath: Self.folder.path)?.allObjects as? [String])
    // The null document is in a test of its own: its one word gives way to the new content.
    let known = Set(Self.rows.map(\.file) + ["bad/null.yaml", "bad/expected.json"])
    #expect(Set(all.filter { $0.contains(".") }) == known)
  }

  @Test(arguments: rows)
  func `a file is read and edited without loss, or refused with its line`(_ row: Row) throws {
    let original = try readFile(Self.folder.appending(path: row.file).path)
    let folder = try TemporaryFolder()
    let path = try folder.write(original)
    let store = RemoteYAMLStore(path: path)
    switch row.fate {
    case .refused(let line, let words):
      let readError = try refusal { _ = try store.list() }
      #expect(readError.code == .damaged)
      #expect(readError.message.contains("\(path) line \(line): "), "\(readError.message)")
      #expect(readError.message.contains(words), "\(readError.message)")
      #expect(
        try refusal { try store.put(try credential(["docker://new.example"])) }.code == .damaged)
      #expect(
        try refusal { _ = try store.remove(try scope("docker://new.example")) }.code == .damaged)
      #expect(try readFile(path) == original)
    case .read(let warnings, let addition):
      let read = try store.read()
      #expect(read.warnings.count == warnings, "\(read.warnings)")
      for warning in read.warnings { #expect(warning.hasPrefix("line ")) }
      try store.put(try credential(["docker://new.example"]))
      #expect(survive(original, in: try readFile(path)))
      #expect(try store.list().map(\.spellings).last == ["docker://new.example"])
      #expect(try store.remove(try scope("docker://new.example")))
      #expect(try text(at: path) == String(decoding: original, as: UTF8.self) + addition)
    }
  }

  @Test func `a null document becomes a file as Apptainer writes it`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(try readFile(Self.folder.appending(path: "bad/null.yaml").path))
    try RemoteYAMLStore(path: path).put(try credential(["docker://new.example"]))
    #expect(
      try text(at: path) == Self.both + """
            - URI: docker://new.example
              Auth: Basic YWxpY2U6czNjcmV0
              Insecure: false

        """)
  }

  @Test func `what a full file says is read`() throws {
    let read = try configuration(
      try readFile(Self.folder.appending(path: "F4-full.v3.yaml").path))
    #expect(read.active == "mycloud")
    #expect(read.remotes.map(\.name) == ["DefaultRemote", "insec", "mycloud"])
    #expect(
      read.remotes.map(\.uri) == ["cloud.apptainer.org", "h.example.com/p", "cloud.example.com"])
    #expect(read.remotes.map(\.isSystem) == [true, false, false])
    #expect(read.remotes.map(\.isInsecure) == [false, true, false])
    #expect(read.remotes.map(\.hasToken) == [false, false, true])
    let token = try present(try read.token(of: read.remotes[2]))
    #expect(token.readable == "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.PAYLOAD.SIG")
    #expect(
      read.credentials.map(\.uri) == [
        "docker://docker.io", "oras://ghcr.io", "docker://localhost:5000",
        "https://keys.example.com", "http://localhost:11371",
      ])
    #expect(read.credentials.map(\.isInsecure) == [false, false, true, false, true])
    let basic = try present(try read.authorization(of: read.credentials[3]))
    #expect(basic.readable == "Basic dXNlcjpwYXNz")
    var found = FoundLogins()
    try found.read(read)
    let keyservers = ["https://keys.example.com", "http://localhost:11371"]
    #expect(found.logins.map(\.key) == [.endpoint("mycloud")] + keyservers.map { .keyserver($0) })
    #expect(found.logins.map(\.line) == [21, 33, 36])
    #expect(found.names == ["mycloud"] + keyservers)
  }

  @Test func `numbers and words of YAML 1.1 are taken as text and flags`() throws {
    let ints = try configuration(try readFile(Self.folder.appending(path: "bad/ints.yaml").path))
    #expect(ints.active == "12")
    #expect(ints.remotes.map(\.name) == ["12"])
    #expect(ints.remotes.map(\.uri) == ["34"])
    let yes = try configuration(try readFile(Self.folder.appending(path: "bad/boolyes.yaml").path))
    #expect(yes.remotes.map(\.isSystem) == [true])
  }
}
