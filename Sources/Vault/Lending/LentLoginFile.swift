package import SealedFormat
internal import CLinux
internal import Glibc

/// The logins that a running command was lent, as docker-credential-vault sees them.
package struct LentLoginFile: ~Copyable {
  private static let longestFile = 16 * 1024 * 1024

  private let path: String
  private let text: SecretBytes
  /// What they are for, in the order of the file.
  package let records: [CredentialRecord]

  /// Reads them.
  ///
  /// - Parameter folder: What `Environment.lentFolder` gives.
  /// - Throws: `configuration` for a folder that is not the user's or not one of lent files,
  ///   `unavailable` if the command that it was made for has ended, `damaged` for a malformed file.
  package init(folder path: String) throws(VaultError) {
    let folder = try Self.open(path)
    guard let marker = LentMarker.open(in: folder) else {
      throw VaultError(.configuration, "\(path) is no folder of lent logins")
    }
    defer { close(marker) }
    guard vault_is_file_locked(marker) == 1 else {
      throw VaultError(.unavailable, "the command that \(path) was lent to has ended")
    }
    let file = DurableFile(
      path: folder.path(of: LentLoginText.fileName), owner: .vault, limit: Self.longestFile)
    guard let opened = try file.openChecked(in: folder) else {
      throw VaultError(.configuration, "\(file.path) is missing")
    }
    defer { close(opened.descriptor) }
    let text = try file.readSecretBytes(opened)
    records = try Self.records(in: text, path: file.path)
    self.path = file.path
    self.text = text
  }

  private static func open(_ path: String) throws(VaultError) -> FolderHandle {
    guard path.utf8.first == UInt8(ascii: "/"), let parent = Path.folder(of: path) else {
      throw VaultError(.configuration, "\(path) is not an absolute path")
    }
    // The folder itself must be the user's; the one around it may be shared by all.
    return try FolderHandle(Path.name(of: path), in: FolderHandle(path: parent, trust: .shared))
  }

  /// The login for a server as a client names it.
  ///
  /// That is the one with exactly this key, otherwise the one with the longest prefix. Most clients ask
  /// for the host alone: then it is the first of those that were lent for a part of it.
  package borrowing func find(serverURL: String) throws(VaultError) -> Credential? {
    guard let index = index(of: serverURL) else { return nil }
    var reader = JSONReader(text.bytes, name: path)
    var position = 0
    var secret: SecretBytes?
    try Self.forEachLogin(&reader) { (reader) throws(VaultError) in
      while let member = try reader.nextMember() {
        if member == "secret", position == index { secret = try reader.readSecret() }
      }
      position += 1
    }
    guard let secret = secret.take() else { return nil }
    return Credential(record: records[index], secret: secret)
  }

  /// The servers as clients take them, with the user names.
  package var names: [String: String] {
    var names: [String: String] = [:]
    for record in records where record.username != TokenUsername.registryToken {
      switch record.key {
      case .registry(let scope, _) where scope.path.isEmpty:
        names[scope.authority] = record.username
      case .registry(let scope, _):
        if names[scope.authority] == nil { names[scope.authority] = record.username }
      case .helperKey(let key, _): names[key] = record.username
      case .keyserver, .endpoint, .migration: continue
      }
    }
    return names
  }

  private borrowing func index(of serverURL: String) -> Int? {
    let key = CredentialRecord.Key.helperKey(serverURL)
    if let index = records.firstIndex(where: { $0.key == key }) { return index }
    guard !ServerKey.isDockerHubToken(serverURL), let scope = try? RegistryURI(serverURL).scope
    else { return nil }
    if let record = records.closest(to: scope) { return records.firstIndex(of: record) }
    return records.firstIndex { $0.scope.map(scope.covers) ?? false && scope.path.isEmpty }
  }

  // MARK: The file

  private static func records(
    in text: borrowing SecretBytes, path: String
  ) throws(VaultError) -> [CredentialRecord] {
    var records: [CredentialRecord] = []
    var reader = JSONReader(text.bytes, name: path)
    try forEachLogin(&reader) { (reader) throws(VaultError) in
      var values: [String: String] = [:]
      while let member = try reader.nextMember() {
        if member != "secret" { values[member] = try reader.readString() }
      }
      records.append(try record(values, path))
    }
    try reader.finish()
    return records
  }

  private static func record(
    _ values: [String: String], _ path: String
  ) throws(VaultError) -> CredentialRecord {
    let key: CredentialRecord.Key
    if let name = values["key"] {
      key = .helperKey(name)
    } else {
      let (host, prefix) = (values["host"] ?? "", values["prefix"] ?? "")
      do throws(VaultError) {
        key = .registry(
          try RegistryURI("docker://\(prefix.isEmpty ? host : host + "/" + prefix)").scope)
      } catch {
        throw VaultError(.damaged, "\(path) names no registry: \(error.message)", cause: error)
      }
    }
    return CredentialRecord(
      key: key, spellings: [], isSecure: true, username: values["user"] ?? "", created: 0)
  }

  private static func forEachLogin(
    _ reader: inout JSONReader, _ body: (inout JSONReader) throws(VaultError) -> Void
  ) throws(VaultError) {
    try reader.beginObject()
    while let member = try reader.nextMember() {
      guard member == "logins" else { continue }
      try reader.beginArray()
      while try reader.nextElement() {
        try reader.beginObject()
        try body(&reader)
      }
    }
  }
}
