import Glibc
import SealedFormat
import Vault

/// `docker-credential-vault`: docker's credential helper protocol, version 1.
///
/// One argument names the action; what it works on comes by standard input, the answer and every
/// error go to standard output, as its clients expect. Specification: docker-credential-helpers,
/// `credentials` package. Never asks and never uses the terminal.
struct HelperProtocol {
  static let name = "docker-credential-vault"
  private static let longestInput = 128 * 1024

  let environment: Environment
  let input: Int32
  let output: Int32
  let errors: Int32

  /// Runs one action.
  ///
  /// - Parameter arguments: The words after the program's name.
  /// - Returns: The exit status: 0, or 1 for every failure.
  func run(_ arguments: [String]) -> Int32 {
    guard arguments.count == 1 else { return fail(usage) }
    do throws(VaultError) {
      switch arguments[0] {
      case "store": try store()
      case "get": try get()
      case "erase": try erase()
      case "list": try list()
      case "version", "--version", "-v":
        say(
          "\(Self.name) (github.com/docker/docker-credential-helpers protocol) \(programVersion)\n")
      case "--help", "-h": say(usage + "\n")
      default: return fail("\(Self.name): unknown action: \(arguments[0])")
      }
      return 0
    } catch {
      return fail(error.words(vaultName))
    }
  }

  private var usage: String { "Usage: \(Self.name) <store|get|erase|list|version>" }

  // MARK: Actions

  private func store() throws(VaultError) {
    try refuseInLentFolder("stored")
    let text = try SecretBytes(
      reading: input, limit: Self.longestInput, name: "the input")
    let request = try StoreRequest(text)
    let serverURL = request.serverURL
    let server = ServerKey(serverURL)
    var record = CredentialRecord(
      key: server.key, spellings: [server.spelling], isSecure: server.isSecure,
      username: request.username, created: Int64(time(nil)), serverURL: serverURL)
    record.transport = server.transport
    let access = try access()
    if access.settings.store == .secretService {
      try keep(record, request.takeSecret(), in: SecretServiceStore(access.keyring))
      return forgetInVault(server.key, serverURL, access)
    }
    try keep(record, request.takeSecret(), in: try openForStoring(access))
  }

  /// Stores a login, unless it is there already: docker stores the same at each login, and podman's remote
  /// client all of them at each pull.
  ///
  /// A client does not tell how it reached the registry, so what is known of that stays.
  private func keep(
    _ record: CredentialRecord, _ secret: consuming SecretBytes, in store: any LoginStore
  ) throws(VaultError) {
    var record = record
    if let old = try stored(record, in: store), old.record.key == record.key {
      if old.record.username.utf8.elementsEqual(record.username.utf8),
        old.secret.isEqual(to: secret)
      {
        return
      }
      record.transport = old.record.transport
    }
    try store.put(Credential(record: record, secret: secret))
  }

  /// What a login would replace; nil also if that does not open.
  private func stored(
    _ record: CredentialRecord, in store: any LoginStore
  ) throws(VaultError) -> Credential? {
    do throws(VaultError) { return try store.find(.listed(record)) } catch {
      guard error.code == .damaged else { throw error }
      return nil
    }
  }

  /// Removes the vault's login to what was just stored in the keyring, because the vault is asked first.
  private func forgetInVault(
    _ key: CredentialRecord.Key, _ serverURL: String, _ access: VaultAccess
  ) {
    let reason: String
    do throws(VaultError) {
      guard let locked = try access.read() else { return }
      let vault = try access.openWithoutAsking(locked, warn: warn)
      if try vault?.remove(key) != nil { return }
      reason = "it is locked"
    } catch {
      reason = error.words(vaultName)
    }
    warn(
      "an older login to \(serverURL.hidingAddressSecrets) in the vault \(access.path) would be used instead "
        + "of this one, and could not be looked for: \(reason)")
  }

  private func get() throws(VaultError) {
    let serverURL = try readServerURL()
    guard let credential = try find(serverURL),
      // The protocol has no word for it, and as a password it would only be refused.
      credential.record.username != TokenUsername.registryToken
    else { throw notFound }
    let reply = try CredentialReply.line(serverURL: serverURL, credential)
    try reply.write(to: output, name: "standard output")
  }

  /// The credential; nil if there is none.
  private func find(_ serverURL: String) throws(VaultError) -> Credential? {
    if let folder = environment.lentFolder {
      return try LentLoginFile(folder: folder).find(serverURL: serverURL)
    }
    return try findUnlessLocked(serverURL, try access())
  }

  /// The credential; nil if there is none, or if the settings say that a locked vault counts as empty.
  private func findUnlessLocked(
    _ serverURL: String, _ access: VaultAccess
  ) throws(VaultError) -> Credential? {
    do throws(VaultError) { return try stores(access).find(.server(serverURL)) } catch {
      guard error.code == .unavailable, access.settings.helperWhenLocked == .anonymous else {
        throw error
      }
      return nil
    }
  }

  private func erase() throws(VaultError) {
    try refuseInLentFolder("removed")
    let serverURL = try readServerURL()
    // docker's logout erases HOST, http://HOST and https://HOST, whichever of them was stored.
    let keys = Set([ServerKey(serverURL).key, ServerKey(configurationKey: serverURL).key])
    // A login that is not there is not an error: podman's logout would fail because of it.
    for store in try stores(try access()).all {
      for key in keys { _ = try store.remove(key) }
    }
  }

  private func list() throws(VaultError) {
    let reply = try CredentialReply.list(try names())
    try reply.write(to: output, name: "standard output")
  }

  /// The servers that there are logins to, with their user names.
  private func names() throws(VaultError) -> [String: String] {
    if let folder = environment.lentFolder {
      return try LentLoginFile(folder: folder).names
    }
    var names: [String: String] = [:]
    // The first store that is asked is last, so that its user names win.
    for store in try stores(try access()).all.reversed() {
      for record in try store.list() {
        if let key = record.listKey { names[key] = record.username }
      }
    }
    return names
  }

  /// Fails while a command runs that was lent logins: what it stores would be gone, or stay, with neither
  /// being expected.
  private func refuseInLentFolder(_ verb: String) throws(VaultError) {
    guard let folder = environment.lentFolder else { return }
    _ = try LentLoginFile(folder: folder)
    throw VaultError(
      .configuration,
      "logins are lent to this command (\(Environment.lentFolderName) is set), so none is \(verb)")
  }

  /// The server that standard input names; no secret, so it needs no guarded memory.
  private func readServerURL() throws(VaultError) -> String {
    let bytes = try [UInt8](readingFrom: input, limit: Self.longestInput, name: "the input")
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw VaultError(.invalidInput, "the server URL is not UTF-8")
    }
    let serverURL = text.trimmingSpace
    guard !serverURL.isEmpty else {
      throw VaultError(.invalidInput, "no credentials server URL")
    }
    return serverURL
  }

  // MARK: The vault

  /// Opens the vault, and returns all stores that are asked.
  private func stores(_ access: VaultAccess) throws(VaultError) -> LoginStores {
    LoginStores(access.stores(try open(access)), warn: { _ in })
  }

  /// Opens the vault; nil if there is none.
  private func open(_ access: VaultAccess) throws(VaultError) -> VaultStore? {
    guard let locked = try access.read(checksDigest: false) else { return nil }
    if let store = try access.openWithoutAsking(locked, warn: warn) { return store }
    warn("the vault \(access.path) is locked: run '\(vaultName) unlock'")
    throw VaultError(.unavailable, "the vault is locked")
  }

  private func openForStoring(_ access: VaultAccess) throws(VaultError) -> VaultStore {
    if let store = try open(access) { return store }
    guard let source = access.source else {
      throw VaultError(.configuration, "there is no vault yet: run '\(vaultName) init' first")
    }
    return try access.make(with: try SlotSecret(source, warn: warn))
  }

  /// The vault that is meant; made once an action, because it reads the settings and the mark.
  private func access() throws(VaultError) -> VaultAccess {
    // Clients have timeouts of their own, and their users do not see what is waited for.
    let programs = ProgramContext(environment: environment, timeout: .seconds(20)) {
      ProcessUser.hasRaisedRights
        ? ProgramVariables([:]) : unsafe ProgramVariables(copying: environ)
    }
    return try VaultAccess(environment: environment, programs: programs)
  }

  /// The one line by which clients tell that a credential is missing.
  private var notFound: VaultError {
    VaultError(.notFound, "credentials not found in native keychain")
  }

  // MARK: Talk

  private var vaultName: String { OwnProgram.vaultName(searchPath: environment["PATH"]) }

  func fail(_ message: String) -> Int32 {
    say(message.shown + "\n")
    return 1
  }

  private func say(_ text: String) { write(text, to: output) }

  /// Says something to the person; clients pass standard error on.
  private func warn(_ text: String) { write("\(Self.name): \(text.shown)\n", to: errors) }

  private func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    try? bytes.bytes.write(to: descriptor, name: "the output")
  }
}
