import ArgumentParser
import Compat
import SealedFormat
import Vault

/// Forgets a login.
struct LogoutCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Forget the login to a registry.",
    discussion: """
      Forgets it everywhere, or only in the store that is named; with --all, every login of the list. \
      That there is none is no error.

      Example:
        \(calledName) registry logout docker://registry.example.com
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "Only there: sealed, secret-service, remote-yaml or apptainer.")
  var store: StoreChoice?

  @Flag(help: "Forget every login.")
  var all = false

  @Argument(help: ArgumentHelp("The registry, as in the list.", valueName: "uri"))
  var uri: String?

  func validate() throws {
    guard all == (uri == nil) else {
      throw ValidationError("Give a URI, or --all.")
    }
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    let prompter = try VaultPrompter(session, vault, console)
    // All are read before anything is removed. A fault of another program's file does not keep a login
    // elsewhere.
    var lists: [(store: any LoginStore, records: [CredentialRecord])] = []
    var fault: VaultError?
    for store in try stores(prompter) {
      do throws(VaultError) { lists.append((store, try store.list())) } catch {
        guard store.isPlaintext, self.store == nil else { throw error }
        if fault == nil { console.warning(error.words(session.programName)) }
        fault = fault ?? error
      }
    }
    lists += try unlistedKeyring(prompter, beside: lists.map(\.store))
    let isMeant = try meaning(among: lists.flatMap(\.records))

    var count = 0
    for (store, records) in lists {
      for record in records where isMeant(record) {
        guard try store.remove(record.key) else { continue }
        count += 1
        let shown = record.spellings.first ?? "a registry"
        console.info("Removed the login to \(shown) from \(store.place)")
      }
    }
    if all {
      try console.warn(ofUnknownIn: lists.lazy.compactMap { $0.store as? VaultStore }.first)
    }
    if let fault, all || count == 0 { throw fault }
    if count == 0 { try refuseUnknown(in: lists.map(\.store)) }
    if count == 0 { console.warning("There is no login" + (uri.map { " to \($0)" } ?? "")) }
    return .done
  }

  /// Refuses a login that only a newer version may use, which no list shows.
  private func refuseUnknown(in stores: [any LoginStore]) throws(VaultError) {
    guard let uri, let vault = stores.lazy.compactMap({ $0 as? VaultStore }).first else { return }
    var keys: [CredentialRecord.Key] = [.helperKey(uri), .keyserver(uri), .endpoint(uri)]
    if let scope = try? RegistryURI(uri).scope { keys.append(.registry(scope)) }
    for key in keys { _ = try vault.find(key) }
  }

  /// The store that is named, otherwise all.
  private func stores(_ prompter: VaultPrompter) throws(VaultError) -> [any LoginStore] {
    switch store {
    case .sealed: return try prompter.open().map { [$0] } ?? []
    case .secretService: return [SecretServiceStore(prompter.access.keyring)]
    case .remoteYAML, .apptainer:
      return prompter.plaintextStores().filter { $0.name == store?.rawValue }
    case nil:
      // Apptainer's secrets are removed before the notes of them in remote.yaml, so that none is left
      // unseen.
      let plain = prompter.plaintextStores()
      return prompter.access.stores(try prompter.open()) + plain.reversed()
    }
  }

  /// What the desktop keyring has, if the list does not ask it and one login is to be removed.
  ///
  /// A login that is named is removed everywhere; but a keyring that the list does not ask may be locked
  /// or missing, and opens no window.
  private func unlistedKeyring(
    _ prompter: VaultPrompter, beside stores: [any LoginStore]
  ) throws(VaultError) -> [(store: any LoginStore, records: [CredentialRecord])] {
    guard store == nil, !all, !stores.contains(where: { $0 is SecretServiceStore }) else {
      return []
    }
    do throws(VaultError) {
      let records = try SecretServiceStore(prompter.access.keyring.withoutAsking).list()
      return [(SecretServiceStore(prompter.access.keyring), records)]
    } catch {
      guard error.code == .unreachable || error.code == .unavailable else { throw error }
      prompter.console.verbose(
        "The desktop keyring is left alone: \(error.words(prompter.session.programName))")
      return []
    }
  }

  /// Which logins are meant: all, those that are listed just so, or those of the scope that is named.
  private func meaning(
    among records: [CredentialRecord]
  ) throws(VaultError) -> (CredentialRecord) -> Bool {
    guard let uri else { return { _ in true } }
    let named = try? RegistryURI(uri).scope
    let isRegistry = named != nil && records.contains { $0.scope == named }
    let listed = records.first { record in
      // A remote endpoint may have the name of a registry: then the registry is meant.
      if case .endpoint = record.key, isRegistry { return false }
      return record.scope == nil && record.spellings.contains(uri)
    }
    if let listed { return { $0.key == listed.key } }
    let scope = try RegistryURI(uri).scope
    // docker keeps the tokens of a web login to Docker Hub apart from it.
    let isHub = scope.isDockerHub && scope.path.isEmpty
    return { $0.scope == scope || (isHub && $0.isDockerHubToken) }
  }
}

extension CredentialRecord {
  /// Whether this is a token of a web login to Docker Hub.
  fileprivate var isDockerHubToken: Bool {
    guard case .helperKey(let serverURL, _) = key else { return false }
    return ServerKey.isDockerHubToken(serverURL)
  }
}
