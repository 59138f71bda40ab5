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
        vault registry logout docker://registry.example.com
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
    // All are read before anything is removed, so that a fault in one file does not end this half-way.
    var lists: [(store: any LoginStore, records: [CredentialRecord])] = []
    for store in try stores(prompter) { lists.append((store, try store.list())) }
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
    if count == 0 { console.warning("There is no login" + (uri.map { " to \($0)" } ?? "")) }
    return .done
  }

  /// The store that is named, otherwise all.
  private func stores(_ prompter: VaultPrompter) throws(VaultError) -> [any LoginStore] {
    switch store {
    case .sealed: return try prompter.open().map { [$0] } ?? []
    case .secretService: return [SecretServiceStore(prompter.access.keyring)]
    case .remoteYAML, .apptainer:
      return try prompter.plaintextStores().filter { $0.name == store?.rawValue }
    case nil:
      // Apptainer's secrets are removed before the notes of them in remote.yaml, so that none is left
      // unseen.
      let plain = try prompter.plaintextStores()
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
      prompter.console.verbose("The desktop keyring is left alone: \(error.message)")
      return []
    }
  }

  /// Which logins are meant: all, those that are listed just so, or those of the scope that is named.
  private func meaning(
    among records: [CredentialRecord]
  ) throws(VaultError) -> (CredentialRecord) -> Bool {
    guard let uri else { return { _ in true } }
    if let listed = records.first(where: { $0.scope == nil && $0.spellings.contains(uri) }) {
      return { $0.key == listed.key }
    }
    let scope = try RegistryURI(uri).scope
    return { $0.scope == scope }
  }
}
