internal import SealedFormat
internal import Vault

/// What is found in a file: logins that can be taken over, and why others cannot.
struct FoundLogins {
  private(set) var logins: [FoundLogin] = []
  private(set) var faults: [VaultError] = []
  private(set) var warnings: [String] = []
  /// Logins that stay although nothing is wrong with them, and why.
  private(set) var notes: [String] = []
  /// What all of these logins are for, each once.
  private(set) var names: [String] = []
  private var known: Set<[UInt8]> = []

  private mutating func add(_ login: FoundLogin) {
    logins.append(login)
    note(login.shown)
  }

  private mutating func add(_ fault: VaultError, of name: String) throws(VaultError) {
    guard fault.code == .damaged else { throw fault }
    faults.append(fault)
    note(name)
  }

  private mutating func note(_ name: String) {
    let name = name.hidingAddressSecrets
    if known.insert(Array(name.utf8)).inserted { names.append(name) }
  }

  /// Notes the logins of a file in docker's form.
  mutating func read(_ configuration: borrowing DockerConfiguration) throws(VaultError) {
    for (index, entry) in configuration.entries.enumerated() {
      do throws(VaultError) {
        try read(entry, index: index, configuration)
      } catch {
        try add(error, of: ServerKey(configurationKey: entry.key).spelling)
      }
    }
  }

  private mutating func read(
    _ entry: DockerConfiguration.Entry, index: Int, _ configuration: borrowing DockerConfiguration
  ) throws(VaultError) {
    let path = configuration.document.path
    try check(address: entry.key, path, line: entry.line)
    guard let login = try configuration.login(of: entry) else { return }
    if entry.key.isPattern {
      notes.append(
        "\(path), line \(entry.line): \(entry.key.escapingControls) stays there: it is a pattern of "
          + "Kubernetes, which no other program can ask for")
      return note(entry.key)
    }
    try check(login.secret, login.username, entry.key, path, line: entry.line)
    let server = ServerKey(configurationKey: entry.key)
    let isOpaque = if case .helperKey = server.key { true } else { false }
    add(
      FoundLogin(
        key: server.key, shown: server.spelling, username: login.username,
        line: entry.line, isSecure: server.isSecure, serverURL: isOpaque ? entry.key : nil,
        place: .entry(index)))
  }

  /// Notes the tokens and logins of a remote.yaml.
  mutating func read(_ configuration: borrowing RemoteConfiguration) throws(VaultError) {
    warnings = configuration.warnings
    let path = configuration.text.path
    for (index, remote) in configuration.remotes.enumerated() {
      do throws(VaultError) {
        try check(address: remote.uri, path, line: remote.line)
        guard let token = try configuration.token(of: remote) else { continue }
        try check(token, "", remote.name, path, line: remote.line)
        add(
          FoundLogin(
            key: .endpoint(remote.name), shown: remote.name, username: "", line: remote.line,
            isSecure: !remote.isInsecure,
            issuer: remote.uri.isEmpty ? nil : remote.uri.hidingAddressSecrets,
            place: .remote(.token(index))))
      } catch {
        try add(error, of: remote.name)
      }
    }
    for (index, entry) in configuration.credentials.enumerated() {
      do throws(VaultError) {
        try check(address: entry.uri, path, line: entry.line)
        guard let value = try configuration.authorization(of: entry) else { continue }
        try read(entry, value, index: index, path: path)
      } catch {
        try add(error, of: entry.registry?.text ?? entry.uri)
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
    try check(
      authorization.secret, authorization.username, entry.uri, path, line: entry.line)
    if let registry = entry.registry {
      add(
        FoundLogin(
          key: .registry(registry.scope), shown: registry.text, username: authorization.username,
          line: entry.line, isSecure: !entry.isInsecure, place: .remote(.authorization(index))))
    } else {
      add(
        FoundLogin(
          key: .keyserver(entry.uri), shown: entry.uri.hidingAddressSecrets,
          username: authorization.username,
          line: entry.line, isSecure: !entry.isInsecure, issuer: entry.uri.hidingAddressSecrets,
          place: .remote(.authorization(index))))
    }
  }

  /// A secret in an address cannot be taken out without changing what the entry is for.
  private func check(address: String, _ path: String, line: Int) throws(VaultError) {
    guard address.hasUserInformation else { return }
    throw VaultError(
      .damaged,
      "\(path), line \(line): the address \(address.hidingAddressSecrets.escapingControls) has a user "
        + "name or password in it there, so it stays there: log in to it, and remove that part by hand"
    )
  }

  /// The longest name of a user or a server that is taken over, in bytes.
  ///
  /// The vault's limit is 65,535, also
  /// for a name with the number of a migration before it.
  private static let longestName = 32 * 1024

  private func check(
    _ secret: borrowing SecretBytes, _ username: String, _ name: String, _ path: String, line: Int
  ) throws(VaultError) {
    guard max(username.utf8.count, name.utf8.count) <= Self.longestName else {
      throw VaultError(
        .damaged,
        "\(path), line \(line): the name of the user or server there is longer than "
          + "\(Self.longestName) bytes, so it stays there")
    }
    guard secret.count <= SecretBytes.longestSecret else {
      throw VaultError(
        .damaged,
        "\(path), line \(line): the secret there is longer than the \(SecretBytes.longestSecret) "
          + "bytes that the vault keeps, so it stays there")
    }
  }
}

extension String {
  /// Whether the host is one of Kubernetes' patterns, such as `*.example.com`.
  fileprivate var isPattern: Bool {
    let start = firstRange(of: "://")?.upperBound ?? startIndex
    return self[start...].utf8.prefix { $0 != UInt8(ascii: "/") }.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?")
    }
  }
}
