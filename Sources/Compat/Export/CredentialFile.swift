package import SealedFormat
internal import Vault

/// A file of another program into which logins are written, in the clear.
///
/// What the file holds already stays, byte for byte, but for the logins that are written anew.
package struct CredentialFile: ~Copyable {
  /// The longest file that is read, in bytes.
  package static let longestFile = 1024 * 1024

  private let form: CredentialFileForm
  private let path: String
  private let endpoints: [RemoteConfiguration.Remote]
  /// All of it, with what was added so far.
  private var text: SecretBytes

  /// Begins with what there is.
  ///
  /// - Parameters:
  ///   - form: What kind of file it is.
  ///   - path: Its path, for messages.
  ///   - text: What it holds now; nil or empty where there is none.
  ///   - endpoints: What remote endpoints are like that the file may not have yet.
  /// - Throws: `damaged`, with line and reason, where it is malformed.
  package init(
    _ form: CredentialFileForm, path: String, holding text: consuming SecretBytes? = nil,
    endpoints: [RemoteConfiguration.Remote] = []
  ) throws(VaultError) {
    self.form = form
    self.path = path
    self.endpoints = endpoints
    let old = if let text { text } else { try SecretBytes(copying: RawSpan()) }
    self.text = try Self.prepared(old, form, path: path)
  }

  /// The text, if it is a file of this form, ready for a first login.
  private static func prepared(
    _ text: borrowing SecretBytes, _ form: CredentialFileForm, path: String
  ) throws(VaultError) -> SecretBytes {
    let copy = try SecretBytes(copying: text.bytes)
    guard form != .remoteYAML else {
      _ = try RemoteConfiguration(copy, path: path)
      return try SecretBytes(copying: text.bytes)
    }
    return try DockerConfiguration(try JSONDocument.readOrEmpty(copy, path: path)).readyForLogins()
  }

  /// Gives the text away.
  ///
  /// - Returns: All of the file.
  package consuming func takeText() -> SecretBytes { text }

  /// Writes a login in, in the place of one for the same.
  ///
  /// - Parameters:
  ///   - credential: The login.
  ///   - key: In a file of docker's form, the key to write it under instead of the usual one.
  /// - Returns: Why a file of this form cannot hold it, or nil where it does now.
  /// - Throws: `damaged` where the file cannot be edited without harm.
  package mutating func add(
    _ credential: borrowing Credential, at key: String? = nil
  ) throws(VaultError) -> String? {
    if let reason = reasonToLeaveOut(credential, at: key) { return reason }
    do throws(VaultError) {
      switch form {
      case .remoteYAML: return try addToRemotes(credential)
      case .apptainer, .dockerConfig, .authJSON:
        let document = try JSONDocument(SecretBytes(copying: text.bytes), path: path)
        let configuration = try DockerConfiguration(document)
        text = try configuration.setting(
          credential, at: key ?? serverKey(of: credential.record))
        return nil
      }
    } catch {
      // What is wrong with this one login is no fault of the file.
      guard error.code == .invalidInput else { throw error }
      return error.message
    }
  }

  /// The helper that the program asks instead of reading the file, where the file names one.
  package var helper: String? {
    get throws(VaultError) {
      guard form == .dockerConfig || form == .apptainer else { return nil }
      let document = try JSONDocument(SecretBytes(copying: text.bytes), path: path)
      return try DockerConfiguration(document).credentialStore
    }
  }

  /// Takes the helper away that docker would ask for one server instead of reading the file.
  mutating func removeHelper(of key: String) throws(VaultError) {
    let document = try JSONDocument(SecretBytes(copying: text.bytes), path: path)
    for member in document.root.fields("credhelpers") where member.value[key] != nil {
      let rest = try JSONDocument(SecretBytes(copying: text.bytes), path: path)
      text = try rest.removing([member.name, key]).takeText()
    }
  }

  private func serverKey(of record: CredentialRecord) -> String {
    switch record.key {
    case .registry(let scope, _): form.serverKey(of: scope)
    case .helperKey(let name, _): record.serverURL ?? name
    case .keyserver, .endpoint, .migration: ""
    }
  }

  private func reasonToLeaveOut(_ credential: borrowing Credential, at key: String?) -> String? {
    let username = credential.record.username
    switch credential.record.key {
    case .registry(let scope, _):
      if !scope.path.isEmpty, key == nil, !form.knowsPrefixes {
        return "\(program) knows no login for a part of a registry"
      }
      if form == .authJSON, username.isEmpty || username == TokenUsername.registryToken {
        return "\(program) do not support registry tokens"
      }
    case .helperKey:
      if form != .dockerConfig { return "it is no registry's address" }
    case .keyserver, .endpoint:
      if form != .remoteYAML { return "only remote.yaml can hold it" }
    case .migration:
      return "it is no login"
    }
    return credential.secret.isEmpty ? "its secret is empty" : nil
  }

  private var program: String {
    switch form {
    case .remoteYAML, .apptainer: "Apptainer"
    case .dockerConfig: "docker"
    case .authJSON: "podman, skopeo and buildah"
    }
  }

  // MARK: remote.yaml

  private mutating func addToRemotes(
    _ credential: borrowing Credential
  ) throws(VaultError) -> String? {
    let record = credential.record
    let configuration = try RemoteConfiguration(SecretBytes(copying: text.bytes), path: path)
    if case .endpoint(let name) = record.key {
      let token = try Authorization.checkedToken(credential.secret.bytes)
      guard
        let edit = try configuration.keepingToken(
          of: name, like: endpoints.first { $0.name.hasSameBytes(as: name) })
      else {
        return "the endpoint's URI is unknown: add the endpoint with 'apptainer remote add' first"
      }
      text = try configuration.edited(by: edit, secret: token.bytes)
      return nil
    }
    let isToken = record.username == TokenUsername.registryToken
    let value = try Authorization.value(
      username: isToken ? "" : record.username, secret: credential.secret.bytes)
    let edit: RemoteEdit
    switch record.key {
    case .keyserver(let uri):
      edit = try configuration.keeping(keyserver: uri, isInsecure: !record.isSecure)
    case .registry(let scope, _):
      edit = try configuration.keeping(
        scope, at: record.addresses(of: scope), isInsecure: !record.isSecure)
    case .endpoint, .helperKey, .migration:
      return "remote.yaml has no place for it"
    }
    text = try configuration.edited(by: edit, secret: value.bytes)
    return nil
  }
}
