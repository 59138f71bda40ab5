package import SealedFormat

/// A login in the desktop keyring, in the layout of docker-credential-secretservice, so that it and we
/// see each other's.
///
/// The key is the attribute `server`. The label is the server too up to version 0.8 of that program,
/// and a sentence about it since 0.9; it is never read. What docker's layout has no place for stands in
/// attributes of our own, and only where it is needed.
package struct DockerItem: Sendable {
  private static let schema = "io.docker.Credentials"
  private static let insecure = "vault_insecure"
  private static let spellings = "vault_uri"

  /// What all such items have in common.
  static let marker = ["docker_cli": "1"]

  /// The object on the bus.
  let path: String
  let server: String
  package let record: CredentialRecord
  /// When it was changed last, in seconds since 1970.
  let modified: UInt64

  /// Nil where the item has no server or no user.
  init?(_ item: SecretItem) {
    guard let server = item.attributes["server"], !server.isEmpty,
      let username = item.attributes["username"], !username.isEmpty
    else { return nil }
    path = item.path
    self.server = server
    modified = item.modified
    let key = ServerKey(server)
    record = CredentialRecord(
      key: key.key, spellings: Self.spellings(item.attributes[Self.spellings], of: key),
      isSecure: key.isSecure && item.attributes[Self.insecure] == nil, username: username,
      created: Int64(clamping: item.created), serverURL: server)
  }

  /// The spellings that were noted, as far as they are spellings of that server.
  private static func spellings(_ text: String?, of server: ServerKey) -> [String] {
    let noted = (text ?? "").split(separator: " ").map(String.init).filter { spelling in
      (try? RegistryURI(spelling)).map { .registry($0.scope) == server.key && $0.text == spelling }
        ?? false
    }
    return noted.isEmpty ? [server.spelling] : noted
  }

  /// The server as docker's programs name it: Docker Hub by its URL alone.
  static func server(for key: CredentialRecord.Key) -> String {
    switch key {
    case .registry(let scope, _):
      scope.isDockerHub && scope.path.isEmpty ? "https://index.docker.io/v1/" : scope.text
    case .keyserver(let name), .endpoint(let name), .helperKey(let name, _),
      .migration(let name, _):
      name
    }
  }

  /// The attributes of an item for a login.
  static func attributes(of record: CredentialRecord, server: String) -> [String: String] {
    var attributes = [
      "xdg:schema": schema, "label": "Docker Credentials", "server": server,
      "username": record.username, "docker_cli": "1",
    ]
    let key = ServerKey(server)
    if key.isSecure && !record.isSecure { attributes[insecure] = "1" }
    if record.spellings != [key.spelling] {
      attributes[spellings] = record.spellings.joined(separator: " ")
    }
    return attributes
  }
}

extension [DockerItem] {
  /// The one that was changed last: docker's program leaves a user's login behind when another logs in.
  var newest: DockerItem? {
    self.max { $0.modified < $1.modified }
  }

  /// The newest of each key, in the order in which they were made; a keyring gives them in any.
  var current: [DockerItem] {
    var places: [CredentialRecord.Key: Int] = [:]
    var current: [DockerItem] = []
    let ordered = sorted {
      ($0.record.created, $0.server) < ($1.record.created, $1.server)
    }
    for item in ordered {
      guard let place = places[item.record.key] else {
        places[item.record.key] = current.count
        current.append(item)
        continue
      }
      if item.modified >= current[place].modified { current[place] = item }
    }
    return current
  }
}
