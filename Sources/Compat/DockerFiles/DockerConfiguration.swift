internal import SealedFormat
internal import Vault

/// A configuration file in docker's form: docker's own config.json, Apptainer's docker-config.json and
/// auth.json of podman and its kin.
struct DockerConfiguration: ~Copyable {
  /// The longest file that is read, in bytes.
  static let longestFile = 1024 * 1024

  /// One login of `auths`.
  struct Entry {
    /// The server, as the file spells it.
    let key: String
    /// The line in which it begins, counted from 1.
    let line: Int
    let value: JSONNode

    /// The members that hold a secret.
    var secrets: [String] {
      ["auth", "password", "identitytoken", "registrytoken"].filter { name in
        guard let node = value[name], node.kind == .string else { return false }
        return node.range.count > 2
      }
    }
  }

  let document: JSONDocument
  /// The helper that docker asks for every server.
  let credentialStore: String?
  /// The servers for which another helper is asked.
  let credentialHelpers: [String]
  /// The logins, in the order of the file; most are marks without a secret where a helper is used.
  let entries: [Entry]

  /// Reads a document.
  ///
  /// - Throws: `damaged` where a part has another type than docker's.
  init(_ document: consuming JSONDocument) throws(VaultError) {
    let root = document.root
    if let node = root["credsStore"], node.kind != .string, node.kind != .null {
      throw document.malformed(node, "credsStore is not a text")
    }
    let credentialStore = try document.string(root["credsStore"])
    for name in ["auths", "credHelpers"] {
      if let node = root[name], node.kind != .object, node.kind != .null {
        throw document.malformed(node, "\(name) is not an object")
      }
    }
    let credentialHelpers = root["credHelpers"]?.members.map(\.name) ?? []
    var entries: [Entry] = []
    let members = root["auths"]?.members ?? []
    for (member, line) in zip(members, document.lines(of: members.map(\.start))) {
      entries.append(Entry(key: member.name, line: line, value: member.value))
    }
    for entry in entries where entry.value.kind != .object {
      throw document.malformed(
        entry.value, "the login of \(entry.key.escapingControls) is not an object")
    }
    // Stored last: the compiler takes no throw between two fields here.
    self.credentialStore = credentialStore
    self.credentialHelpers = credentialHelpers
    self.entries = entries
    self.document = document
  }

  /// Reads a file; nil where there is none, or nothing in it.
  static func read(_ path: String) throws(VaultError) -> DockerConfiguration? {
    guard let text = try file(path).readSecret(), !text.isEmpty else { return nil }
    return try DockerConfiguration(try JSONDocument(text, path: path))
  }

  static func file(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .otherProgram, limit: longestFile)
  }
}
