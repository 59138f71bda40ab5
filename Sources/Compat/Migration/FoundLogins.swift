internal import SealedFormat
internal import Vault

/// What is found in a file: logins that can be taken over, and why others cannot.
struct FoundLogins {
  var logins: [FoundLogin] = []
  var faults: [VaultError] = []
  var warnings: [String] = []

  /// Notes the logins of a file in docker's form.
  mutating func read(_ configuration: borrowing DockerConfiguration) throws(VaultError) {
    for (index, entry) in configuration.entries.enumerated() {
      do throws(VaultError) {
        guard let login = try configuration.login(of: entry) else { continue }
        try check(login.secret, configuration.document.path, line: entry.line)
        let server = ServerKey(configurationKey: entry.key)
        let isOpaque = if case .helperKey = server.key { true } else { false }
        logins.append(
          FoundLogin(
            key: server.key, shown: server.spelling, username: login.username, line: entry.line,
            isSecure: server.isSecure, serverURL: isOpaque ? entry.key : nil,
            place: .entry(index)))
      } catch {
        guard error.code == .damaged else { throw error }
        faults.append(error)
      }
    }
  }

  /// Notes the tokens and logins of a remote.yaml.
  mutating func read(_ configuration: borrowing RemoteConfiguration) throws(VaultError) {
    warnings = configuration.warnings
    let path = configuration.text.path
    for (index, remote) in configuration.remotes.enumerated() {
      do throws(VaultError) {
        guard let token = try configuration.token(of: remote) else { continue }
        try check(token, path, line: remote.line)
        logins.append(
          FoundLogin(
            key: .endpoint(remote.name), shown: remote.name, username: "", line: remote.line,
            isSecure: !remote.isInsecure, issuer: remote.uri.isEmpty ? nil : remote.uri,
            place: .remote(.token(index))))
      } catch {
        guard error.code == .damaged else { throw error }
        faults.append(error)
      }
    }
    for (index, entry) in configuration.credentials.enumerated() {
      do throws(VaultError) {
        guard let value = try configuration.authorization(of: entry) else { continue }
        try read(entry, value, index: index, path: path)
      } catch {
        guard error.code == .damaged else { throw error }
        faults.append(error)
      }
    }
  }

  private mutating func read(
    _ entry: RemoteConfiguration.Entry, _ value: borrowing SecretBytes, index: Int, path: String
  ) throws(VaultError) {
    func refuse(_ reason: String) -> VaultError {
      VaultError(.damaged, "\(path), line \(entry.line): \(reason), so it stays there")
    }
    guard let authorization = try Authorization.parse(value.bytes), !authorization.secret.isEmpty
    else {
      throw refuse(
        "the Auth there is neither \"Basic\" with a user name and a secret nor \"Bearer\" with a token"
      )
    }
    guard !entry.uri.isEmpty else { throw refuse("nobody knows what the Auth there is for") }
    guard !authorization.username.hasControls else {
      throw refuse("the user name there has a control character")
    }
    try check(authorization.secret, path, line: entry.line)
    if let registry = entry.registry {
      logins.append(
        FoundLogin(
          key: .registry(registry.scope), shown: registry.text, username: authorization.username,
          line: entry.line, isSecure: !entry.isInsecure, place: .remote(.authorization(index))))
    } else {
      logins.append(
        FoundLogin(
          key: .keyserver(entry.uri), shown: entry.uri, username: authorization.username,
          line: entry.line, isSecure: !entry.isInsecure, issuer: entry.uri,
          place: .remote(.authorization(index))))
    }
  }

  private func check(
    _ secret: borrowing SecretBytes, _ path: String, line: Int
  ) throws(VaultError) {
    guard secret.count <= SecretBytes.longestSecret else {
      throw VaultError(
        .damaged,
        "\(path), line \(line): the secret there is longer than the \(SecretBytes.longestSecret) "
          + "bytes that the vault keeps, so it stays there")
    }
  }
}
