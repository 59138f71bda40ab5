internal import SealedFormat
internal import Vault

/// A configuration file in docker's form: docker's own config.json, Apptainer's docker-config.json, helm's
/// registry/config.json, auth.json of podman, skopeo and buildah, and the older .dockercfg.
///
/// The programs decode it with Go's `encoding/json`, so the case of the names of its fields does not count;
/// names of servers are compared byte by byte.
struct DockerConfiguration: ~Copyable {
  /// The longest file that is read, in bytes.
  static let longestFile = 1024 * 1024

  let document: JSONDocument
  /// The helper that docker asks for every server.
  let credentialStore: String?
  /// The helper that is asked for one server, by the servers, in the order of the file.
  let credentialHelpers: [(server: String, helper: String)]
  /// The logins, in the order of the file; if a helper is used, most are markers without a secret.
  let entries: [Entry]

  /// Reads a document.
  ///
  /// - Throws: `damaged` if a part has another type than docker's.
  init(_ document: consuming JSONDocument) throws(VaultError) {
    let credentialStore = try Self.credentialStore(in: document)
    let credentialHelpers = try Self.credentialHelpers(in: document)
    let entries = try Self.entries(in: document)
    // Stored last: the compiler takes no throw between two fields here.
    self.credentialStore = credentialStore
    self.credentialHelpers = credentialHelpers
    self.entries = entries
    self.document = document
  }

  /// Reads a file; nil if there is none, or nothing in it.
  static func read(_ path: String) throws(VaultError) -> DockerConfiguration? {
    guard let text = try file(path).readSecret(), !JSONDocument.saysNothing(text) else {
      return nil
    }
    return try DockerConfiguration(try JSONDocument(text, path: path))
  }

  static func file(_ path: String) -> DurableFile {
    DurableFile(path: path, owner: .otherProgram, limit: longestFile)
  }

  /// Whether the file has a login, or a member by which it is known to be docker's.
  var hasKnownForm: Bool {
    let members = document.root.members
    return !entries.isEmpty || members.allSatisfy(\.value.isOldEntry)
      || members.contains { member in JSONNode.settings.contains { member.name.isGoField($0) } }
  }

  /// Gives the text away.
  consuming func takeText() -> SecretBytes { takeDocument().takeText() }

  /// Gives the document away.
  consuming func takeDocument() -> JSONDocument { document }

  private static func credentialStore(
    in document: borrowing JSONDocument
  ) throws(VaultError) -> String? {
    var store: String?
    for member in document.root.fields("credsstore") where member.value.kind != .null {
      guard let name = try document.string(member.value) else {
        throw document.malformed(member.value, "credsStore is not a text")
      }
      store = name.isEmpty ? nil : name
    }
    return store
  }

  private static func credentialHelpers(
    in document: borrowing JSONDocument
  ) throws(VaultError) -> [(server: String, helper: String)] {
    var helpers: [(server: String, helper: String)] = []
    for member in try document.objects("credhelpers", "credHelpers") {
      for item in member.value.members {
        helpers.append((item.name, try document.string(item.value) ?? ""))
      }
    }
    return helpers
  }

  private static func entries(in document: borrowing JSONDocument) throws(VaultError) -> [Entry] {
    let objects = try document.objects("auths", "auths")
    let found =
      objects.isEmpty
      ? document.root.oldEntries.map { ($0, [$0.name]) }
      : objects.flatMap { object in object.value.members.map { ($0, [object.name, $0.name]) } }
    let lines = document.lines(of: found.map(\.0.start))
    var entries: [Entry] = []
    for ((member, path), line) in zip(found, lines) where member.value.kind != .null {
      guard member.value.kind == .object else {
        throw document.malformed(
          member.value, "the login of \(member.name.escapingControls) is not an object")
      }
      entries.append(Entry(key: member.name, path: path, line: line, value: member.value))
    }
    return entries
  }
}

extension JSONDocument {
  /// The members that Go takes for a field, each an object.
  fileprivate func objects(
    _ field: String, _ shown: String
  ) throws(VaultError) -> [JSONNode.Member] {
    let members = root.fields(field).filter { $0.value.kind != .null }
    for member in members where member.value.kind != .object {
      throw malformed(member.value, "\(shown) is not an object")
    }
    return members
  }
}

extension JSONNode {
  /// Members of docker's configuration, in lower case: they are no logins of the older form.
  fileprivate static let settings = [
    "aliases", "auths", "clipluginsextradirs", "credhelpers", "credsstore", "currentcontext",
    "detachkeys", "experimental", "features", "httpheaders", "imagesformat", "plugins", "proxies",
    "psformat",
  ]

  /// What an entry of the older form has; without a secret the fields tell what it is.
  private static let entryFields =
    DockerConfiguration.Entry.Field.allCases.map(\.rawValue) + [
      "email", "serveraddress", "username",
    ]

  /// Whether this may be an entry of the older form.
  fileprivate var isOldEntry: Bool {
    kind == .object
      && members.allSatisfy { member in Self.entryFields.contains { member.name.isGoField($0) } }
  }

  /// The logins of the form before `auths`, which is that of .dockercfg: each is a member of its own.
  fileprivate var oldEntries: [Member] {
    members.filter { member in
      !DockerConfiguration.Entry.secrets(of: member.value).isEmpty
        && !Self.settings.contains { member.name.isGoField($0) }
    }
  }
}
