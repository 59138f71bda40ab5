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
    let stores = try LoginStores(session, vault, console)
    let plain = try stores.remoteYAML()
    // Read before anything is removed: a fault in the one file must not end us half-way.
    let apptainer = try stores.apptainer()
    let exposed = store == nil || store == .remoteYAML ? try plain.list() : []
    let own = store == nil || store == .apptainer ? try apptainer.list() : []
    var sealed = store == nil || store == .sealed ? try stores.opening.open() : nil
    let kept = try sealed?.list() ?? []
    let held = try heldByKeyring(stores.opening.access, besideVault: sealed != nil, console)
    var keyring = SecretServiceStore(stores.opening.access.keyring)
    let isMeant = try meaning(among: kept + held + exposed + own)

    var count = 0
    for record in kept where isMeant(record) {
      guard try sealed?.remove(record.key) == true else { continue }
      count += 1
      tell(record, stores.opening.path, console)
    }
    for record in held where isMeant(record) {
      guard try keyring.remove(record.key) else { continue }
      count += 1
      tell(record, "the desktop keyring", console)
    }
    for record in own where isMeant(record) {
      guard let scope = record.scope, try apptainer.remove(scope) else { continue }
      count += 1
      tell(record, apptainer.path, console)
    }
    for record in exposed where isMeant(record) {
      guard let scope = record.scope, try plain.remove(scope) else { continue }
      count += 1
      tell(record, plain.path, console)
    }
    if count == 0 { console.warning("There is no login" + (uri.map { " to \($0)" } ?? "")) }
    return .done
  }

  /// What the desktop keyring has.
  ///
  /// All logins are those that the list shows. One that is named goes everywhere; but where the list does
  /// not look into the keyring, that it is locked or not there is no failure, and it asks nobody.
  private func heldByKeyring(
    _ access: VaultAccess, besideVault hasVault: Bool, _ console: Console
  ) throws(VaultError) -> [CredentialRecord] {
    switch store {
    case .secretService: return try SecretServiceStore(access.keyring).list()
    case .sealed, .remoteYAML, .apptainer: return []
    case nil: break
    }
    let isListed = access.looksIntoKeyring(besideVault: hasVault)
    guard !isListed, !all else {
      return try access.askKeyring(besideVault: hasVault) { store throws(VaultError) in
        try store.list()
      } ?? []
    }
    do throws(VaultError) {
      return try SecretServiceStore(access.keyring.withoutAsking).list()
    } catch {
      guard error.code == .unreachable || error.code == .unavailable else { throw error }
      console.verbose("The desktop keyring is left alone: \(error.message)")
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

  private func tell(_ record: CredentialRecord, _ path: String, _ console: Console) {
    console.info("Removed the login to \(record.spellings.first ?? "a registry") from \(path)")
  }
}
